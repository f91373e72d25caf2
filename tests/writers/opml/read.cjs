// Reads OPML from standard input with a package that this project did not write and writes what that understood as JSON.
// NODE_PATH has to name the folder node_modules in which the packages are installed.
const fs = require("node:fs");
const give = (value) => process.stdout.write(JSON.stringify(value));
const text = fs.readFileSync(0, "utf8");

const readers = {
  // Dave Winer's
  opml() {
    require("opml").parse(text, (error, outline) => {
      if (error) throw new Error(error.message);
      give(outline.opml);
    });
  },
  async "opml-to-json"() {
    give(await require("opml-to-json").opmlToJSON(text));
  },
  // Logseq's own, with the configuration that Logseq gives it
  mldoc() {
    const config = {
      format: "Markdown",
      toc: false,
      parse_outline_only: false,
      heading_number: false,
      keep_line_break: true,
      heading_to_list: false,
      exporting_keep_properties: true,
      inline_type_with_pos: false,
      export_md_remove_options: [],
      hiccup_in_block: true,
    };
    give(JSON.parse(require("mldoc").Mldoc.parseOPML(text, JSON.stringify(config))));
  },
};

readers[process.argv[2]]();
