// Reads OPML from standard input with Dave Winer's package and writes the outline as JSON.
// NODE_PATH has to name the folder node_modules in which the package is installed.
const fs = require("node:fs");
const opml = require("opml");

opml.parse(fs.readFileSync(0, "utf8"), (error, outline) => {
  if (error) throw new Error(error.message);
  fs.writeSync(1, JSON.stringify(outline.opml));
});
