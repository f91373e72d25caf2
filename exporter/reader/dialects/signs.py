"""The files by which vaults of other programs are known; asked of every vault, so nothing else stands here."""

LOGSEQ = "logseq/config.edn"  # the settings of a graph
DENDRON = "dendron.yml"  # the settings of a workspace, which holds vaults
DENDRONS = (DENDRON, "dendron.code-workspace", ".dendron.ws", ".dendron.port", "root.schema.yml")
