"""What of a vault is published: decided once, between reading and understanding, so that nothing behind can forget it.

rules.py: what a rule of `[publish]` fits; selection.py: which notes are hidden, and which are no topics for what they say;
torn.py: what a front matter may have meant that nobody can read; redaction.py: the text of a visible note without what is
hidden, with edits.py and, for HTML, markup.py; visible.py: the vault as it may be seen, and its secrets.
"""
