// A knowledge map for Neo4j 4.4 or newer, any edition. Load it with
//
//     cypher-shell -u neo4j -f load.cypher
//
// Loading it again changes nothing. After a new export it brings the graph up to date. The statements at the end remove
// what was written under the same _source before and is no longer in the vault: leave them out to keep it. Nodes and
// relationships with another _source, or with none, are left alone. Properties that were added to our nodes by hand do
// not outlive a load, and relationships of a node that goes do not either. If loading breaks off, load again.
// Each statement is plain Cypher: drivers, the Browser and Aura take them too, one by one and in this order.
//
// Nodes have the label Knowledge and one of these. All have an id, and file and line where the vault says them.
//   (:Topic)         title, summary, definition, aliases, and the properties of the note: {a: {b: 1}} is named a.b, a
//                    list of different things is a list of texts, a name that is taken becomes property_NAME. A day
//                    such as 2026-01-31 is a date, and one with a time of day a localdatetime, or a datetime with its zone
//   (:Topic:Note)    a topic that has a note, and the path of its file. Others are not written yet
//   (:Topic:Area)    a topic under which others are filed, and its position among its neighbours
//   (:Tag)           title, the same as its id
//   (:LearningPath)  title, steps (the words of each)
//   (:Reference)     the id is the address of something outside the vault, title, no file and line
//   (:Missing)       a note that links lead to and nobody has written, if the mapping asks for it: title, the same as its id
//
// Relationships, each with file and line
//   (topic)-[:IN_AREA]->(area)      position within the area, home is true for the first area of the topic
//   (narrower)-[:BROADER]->(wider)  areas, topics and tags
//   (topic)-[:HAS_TAG]->(tag)       position
//   (topic)-[:MENTIONS]->(topic)    a plain link
//   (topic)-[:REQUIRES]->(topic)    the end has to be known first
//   (topic)-[:RELATED]->(topic)     holds both ways: match it without an arrow
//   (path)-[:STEP]->(topic)         position of the step, order within it, text
//   (topic)-[:NEXT]->(topic)        from one topic of a learning path to the next: path (its id), position
//   (topic)-[:REFERS_TO]->(reference)  text, count
//   (topic)-[:MENTIONS]->(missing)  a link to a note that is missing, or of another type as between topics
// Other properties with links in them are types of their own: inspired by is INSPIRED_BY, and LINKS_TO where that
// gives no name or a taken one. Every relationship that is a link has kind (the word of the vault), text (what the
// reader sees), anchor (the heading or block it leads to), sentence (in which it stands) and count: several links of
// one kind between the same two topics are one relationship, with the place and the words of the first.
//
// All have _source (the vault), _run (of the statement) and _since (the time since which it is so: of a node, since it was
// last changed, of a relationship, since it is there). Nodes have _digest, by which a change is known.
//
// In the texts below each line is one row, which split() cuts into the fields f[0], f[1], ... A separator ends each
// field, and another one begins each item of a list and each text that may be empty or missing. They are characters
// that the values of the statement do not have.

CREATE CONSTRAINT mlk_topic IF NOT EXISTS FOR (n:Topic) REQUIRE (n._source, n.id) IS UNIQUE;
CREATE CONSTRAINT mlk_tag IF NOT EXISTS FOR (n:Tag) REQUIRE (n._source, n.id) IS UNIQUE;
CREATE CONSTRAINT mlk_learningpath IF NOT EXISTS FOR (n:LearningPath) REQUIRE (n._source, n.id) IS UNIQUE;
CREATE CONSTRAINT mlk_reference IF NOT EXISTS FOR (n:Reference) REQUIRE (n._source, n.id) IS UNIQUE;
CREATE CONSTRAINT mlk_missing IF NOT EXISTS FOR (n:Missing) REQUIRE (n._source, n.id) IS UNIQUE;

UNWIND split('soil|~Soil|what everything grows in|The upper layer of the ground, in which plants grow.|~~Earth~Ground "floor"|Soil.md|1|Soil.md|1||||aa2cb1ee6a03229f|
plants|~Plants|what we want, and what comes by itself|||Plants.md|2|Plants.md|1|~~1~2.5~tall|false|2026-03-01|70fbb7d8fa1c98be|', '\n') AS row
WITH split(row, '|') AS f
MERGE (n:Topic {_source: 'The gardener\'s map', id: f[0]})
SET n = {_source: 'The gardener\'s map', _run: '510c222de8c7a93e', _digest: f[12], _since: CASE WHEN n._digest = f[12] THEN n._since ELSE datetime() END, id: f[0], title: split(f[1], '~')[1], summary: CASE WHEN f[2] <> '' THEN f[2] END, definition: CASE WHEN f[3] <> '' THEN f[3] END, aliases: CASE WHEN f[4] <> '' THEN split(f[4], '~')[2..] END, note: CASE WHEN f[5] <> '' THEN f[5] END, position: toInteger(f[6]), file: CASE WHEN f[7] <> '' THEN f[7] END, line: toInteger(f[8]), heights: CASE WHEN f[9] <> '' THEN split(f[9], '~')[2..] END, perennial: toBoolean(f[10]), sown: CASE WHEN f[11] <> '' THEN date(f[11]) END}
SET n:Knowledge:Area:Note;

UNWIND split('compost|~Compost & Co.|from waste to humus|Decayed waste that feeds the soil.||Compost.md||Compost.md|1|~Decayed waste that feeds the soil.|86f6c1fd8e7de9f3|
spacing|~Spacing|how far apart|||Maths/Spacing.md||Maths/Spacing.md|1||2981f9eb26fc7537|
café|~Café|where gardeners meet|||Café.md||Café.md|1||09c2d847be9192da|', '\n') AS row
WITH split(row, '|') AS f
MERGE (n:Topic {_source: 'The gardener\'s map', id: f[0]})
SET n = {_source: 'The gardener\'s map', _run: '6f1e48d8006a687a', _digest: f[10], _since: CASE WHEN n._digest = f[10] THEN n._since ELSE datetime() END, id: f[0], title: split(f[1], '~')[1], summary: CASE WHEN f[2] <> '' THEN f[2] END, definition: CASE WHEN f[3] <> '' THEN f[3] END, aliases: CASE WHEN f[4] <> '' THEN split(f[4], '~')[2..] END, note: CASE WHEN f[5] <> '' THEN f[5] END, position: toInteger(f[6]), file: CASE WHEN f[7] <> '' THEN f[7] END, line: toInteger(f[8]), description: split(f[9], '~')[1]}
SET n:Knowledge:Note
REMOVE n:Area;

UNWIND split('worms|~Worms|helpers without a note|||||Garden map.md|21|b54c56abb12ea4b3|', '\n') AS row
WITH split(row, '|') AS f
MERGE (n:Topic {_source: 'The gardener\'s map', id: f[0]})
SET n = {_source: 'The gardener\'s map', _run: 'ed2adc0687534174', _digest: f[9], _since: CASE WHEN n._digest = f[9] THEN n._since ELSE datetime() END, id: f[0], title: split(f[1], '~')[1], summary: CASE WHEN f[2] <> '' THEN f[2] END, definition: CASE WHEN f[3] <> '' THEN f[3] END, aliases: CASE WHEN f[4] <> '' THEN split(f[4], '~')[2..] END, note: CASE WHEN f[5] <> '' THEN f[5] END, position: toInteger(f[6]), file: CASE WHEN f[7] <> '' THEN f[7] END, line: toInteger(f[8])}
SET n:Knowledge
REMOVE n:Area:Note;

UNWIND split('Flora|Flora|Plants.md|4|1a3cb7ac1acf8900|
garden|garden|Garden map.md|31|d0b7da8cc63a6ce6|
garden/kitchen|garden/kitchen|Garden map.md|31|97ce496b1610a92f|
index|index|Garden map.md|31|7475abf4b2135383|
secret|secret|Soil.md|9|49e6445fc0799eac|', '\n') AS row
WITH split(row, '|') AS f
MERGE (n:Tag {_source: 'The gardener\'s map', id: f[0]})
SET n = {_source: 'The gardener\'s map', _run: 'a7eadf20c16bbd9a', _digest: f[4], _since: CASE WHEN n._digest = f[4] THEN n._since ELSE datetime() END, id: f[0], title: CASE WHEN f[1] <> '' THEN f[1] END, file: CASE WHEN f[2] <> '' THEN f[2] END, line: toInteger(f[3])}
SET n:Knowledge;

UNWIND split('learning-path|~Learning Path|~~Begin with Soil; dig.~Choose from Plants what the spacing allows~Wait|Garden map.md|12|9ecbb67250c2f9cc|', '\n') AS row
WITH split(row, '|') AS f
MERGE (n:LearningPath {_source: 'The gardener\'s map', id: f[0]})
SET n = {_source: 'The gardener\'s map', _run: 'aede55c027a98e76', _digest: f[5], _since: CASE WHEN n._digest = f[5] THEN n._since ELSE datetime() END, id: f[0], title: split(f[1], '~')[1], steps: CASE WHEN f[2] <> '' THEN split(f[2], '~')[2..] END, file: CASE WHEN f[3] <> '' THEN f[3] END, line: toInteger(f[4])}
SET n:Knowledge;

UNWIND split('https://example.org/light|light|135c4d57219f4d2c|
https://example.org/rain?a=1&b=2|https://example.org/rain?a=1&b=2|b6de8c8a76f1d784|', '\n') AS row
WITH split(row, '|') AS f
MERGE (n:Reference {_source: 'The gardener\'s map', id: f[0]})
SET n = {_source: 'The gardener\'s map', _run: '3287bc9b5ac90f88', _digest: f[2], _since: CASE WHEN n._digest = f[2] THEN n._since ELSE datetime() END, id: f[0], title: CASE WHEN f[1] <> '' THEN f[1] END}
SET n:Knowledge;

UNWIND split('soil|compost|Soil.md|7|how compost is made|Making it|Soil holds water; see how compost is made and it.|2|
soil|plants|Soil.md|9|hidden link|||1|
plants|soil|Plants.md|13|soil||Plants need light and soil.|1|
plants|compost|Plants.md|20|Compost > Making it|Making it|Compost > Making it|1|
compost|plants|Compost.md|19|Plants||Every week, as Plants show.|1|
compost|worms|Compost.md|21|Worms||And of Worms.|1|
spacing|soil|Maths/Spacing.md|7|Soil > ^nowhere|^nowhere|Back to Soil > ^nowhere, on to Nowhere and Here; Esc.|1|
café|plants|Café.md|1|Plants||Ask for Plants; open from 9 to 5.|1|', '\n') AS row
WITH split(row, '|') AS f
MATCH (a:Topic {_source: 'The gardener\'s map', id: f[0]})
USING INDEX SEEK a:Topic(_source, id)
MATCH (b:Topic {_source: 'The gardener\'s map', id: f[1]})
USING INDEX SEEK b:Topic(_source, id)
MERGE (a)-[r:MENTIONS {_source: 'The gardener\'s map', kind: 'mentions'}]->(b)
ON CREATE SET r._since = datetime()
SET r += {_run: 'eb3fba4e59cf1f1a', file: CASE WHEN f[2] <> '' THEN f[2] END, line: toInteger(f[3]), text: CASE WHEN f[4] <> '' THEN f[4] END, anchor: CASE WHEN f[5] <> '' THEN f[5] END, sentence: CASE WHEN f[6] <> '' THEN f[6] END, count: toInteger(f[7])};

UNWIND split('plants|soil|Plants.md|5|Soil|||1|
compost|soil|Compost.md|3|Soil|||1|', '\n') AS row
WITH split(row, '|') AS f
MATCH (a:Topic {_source: 'The gardener\'s map', id: f[0]})
USING INDEX SEEK a:Topic(_source, id)
MATCH (b:Topic {_source: 'The gardener\'s map', id: f[1]})
USING INDEX SEEK b:Topic(_source, id)
MERGE (a)-[r:REQUIRES {_source: 'The gardener\'s map', kind: 'requires'}]->(b)
ON CREATE SET r._since = datetime()
SET r += {_run: 'b2fac084fc6b65fa', file: CASE WHEN f[2] <> '' THEN f[2] END, line: toInteger(f[3]), text: CASE WHEN f[4] <> '' THEN f[4] END, anchor: CASE WHEN f[5] <> '' THEN f[5] END, sentence: CASE WHEN f[6] <> '' THEN f[6] END, count: toInteger(f[7])};

UNWIND split('plants|café|Plants.md|7|Café|||1|', '\n') AS row
WITH split(row, '|') AS f
MATCH (a:Topic {_source: 'The gardener\'s map', id: f[0]})
USING INDEX SEEK a:Topic(_source, id)
MATCH (b:Topic {_source: 'The gardener\'s map', id: f[1]})
USING INDEX SEEK b:Topic(_source, id)
MERGE (a)-[r:RELATED {_source: 'The gardener\'s map', kind: 'related'}]->(b)
ON CREATE SET r._since = datetime()
SET r += {_run: '70bf67755fb9f966', file: CASE WHEN f[2] <> '' THEN f[2] END, line: toInteger(f[3]), text: CASE WHEN f[4] <> '' THEN f[4] END, anchor: CASE WHEN f[5] <> '' THEN f[5] END, sentence: CASE WHEN f[6] <> '' THEN f[6] END, count: toInteger(f[7])};

UNWIND split('plants|café|Plants.md|15|Café|||1|', '\n') AS row
WITH split(row, '|') AS f
MATCH (a:Topic {_source: 'The gardener\'s map', id: f[0]})
USING INDEX SEEK a:Topic(_source, id)
MATCH (b:Topic {_source: 'The gardener\'s map', id: f[1]})
USING INDEX SEEK b:Topic(_source, id)
MERGE (a)-[r:POLLINATED_BY {_source: 'The gardener\'s map', kind: 'pollinated-by'}]->(b)
ON CREATE SET r._since = datetime()
SET r += {_run: '96cd269869fa9366', file: CASE WHEN f[2] <> '' THEN f[2] END, line: toInteger(f[3]), text: CASE WHEN f[4] <> '' THEN f[4] END, anchor: CASE WHEN f[5] <> '' THEN f[5] END, sentence: CASE WHEN f[6] <> '' THEN f[6] END, count: toInteger(f[7])};

UNWIND split('compost|soil|Garden map.md|20|Compost||Compost - from waste to humus|1|1|true|
worms|soil|Garden map.md|21|Worms||Worms - helpers without a note|1|2|true|
spacing|soil|Garden map.md|22|Spacing||Spacing|1|3|true|
spacing|plants|Garden map.md|25|Spacing||Spacing: how far apart|1|1|false|
compost|plants|Garden map.md|26|Compost||Compost|1|2|false|', '\n') AS row
WITH split(row, '|') AS f
MATCH (a:Topic {_source: 'The gardener\'s map', id: f[0]})
USING INDEX SEEK a:Topic(_source, id)
MATCH (b:Topic {_source: 'The gardener\'s map', id: f[1]})
USING INDEX SEEK b:Topic(_source, id)
MERGE (a)-[r:IN_AREA {_source: 'The gardener\'s map', kind: 'in_area'}]->(b)
ON CREATE SET r._since = datetime()
SET r += {_run: '120ae3736a85e7ce', file: CASE WHEN f[2] <> '' THEN f[2] END, line: toInteger(f[3]), text: CASE WHEN f[4] <> '' THEN f[4] END, anchor: CASE WHEN f[5] <> '' THEN f[5] END, sentence: CASE WHEN f[6] <> '' THEN f[6] END, count: toInteger(f[7]), position: toInteger(f[8]), home: toBoolean(f[9])};

UNWIND split('soil|plants|learning-path|1|Garden map.md|14|
plants|spacing|learning-path|2|Garden map.md|14|', '\n') AS row
WITH split(row, '|') AS f
MATCH (a:Topic {_source: 'The gardener\'s map', id: f[0]})
USING INDEX SEEK a:Topic(_source, id)
MATCH (b:Topic {_source: 'The gardener\'s map', id: f[1]})
USING INDEX SEEK b:Topic(_source, id)
MERGE (a)-[r:NEXT {_source: 'The gardener\'s map', path: CASE WHEN f[2] <> '' THEN f[2] END, position: toInteger(f[3])}]->(b)
ON CREATE SET r._since = datetime()
SET r += {_run: '32c221211c1e2f3d', file: CASE WHEN f[4] <> '' THEN f[4] END, line: toInteger(f[5])};

UNWIND split('soil|garden|1|Soil.md|1|
soil|secret|2|Soil.md|1|
plants|garden/kitchen|1|Plants.md|1|
plants|Flora|2|Plants.md|1|', '\n') AS row
WITH split(row, '|') AS f
MATCH (a:Topic {_source: 'The gardener\'s map', id: f[0]})
USING INDEX SEEK a:Topic(_source, id)
MATCH (b:Tag {_source: 'The gardener\'s map', id: f[1]})
USING INDEX SEEK b:Tag(_source, id)
MERGE (a)-[r:HAS_TAG {_source: 'The gardener\'s map'}]->(b)
ON CREATE SET r._since = datetime()
SET r += {_run: 'd3c6758c362a9bed', position: toInteger(f[2]), file: CASE WHEN f[3] <> '' THEN f[3] END, line: toInteger(f[4])};

UNWIND split('garden/kitchen|garden|Garden map.md|31|', '\n') AS row
WITH split(row, '|') AS f
MATCH (a:Tag {_source: 'The gardener\'s map', id: f[0]})
USING INDEX SEEK a:Tag(_source, id)
MATCH (b:Tag {_source: 'The gardener\'s map', id: f[1]})
USING INDEX SEEK b:Tag(_source, id)
MERGE (a)-[r:BROADER {_source: 'The gardener\'s map'}]->(b)
ON CREATE SET r._since = datetime()
SET r += {_run: '2d5a47909f66b9c3', file: CASE WHEN f[2] <> '' THEN f[2] END, line: toInteger(f[3])};

UNWIND split('learning-path|soil|1|1|Begin with Soil; dig.|Garden map.md|13|
learning-path|plants|2|1|Choose from Plants what the spacing allows|Garden map.md|14|
learning-path|spacing|2|2|Choose from Plants what the spacing allows|Garden map.md|14|', '\n') AS row
WITH split(row, '|') AS f
MATCH (a:LearningPath {_source: 'The gardener\'s map', id: f[0]})
USING INDEX SEEK a:LearningPath(_source, id)
MATCH (b:Topic {_source: 'The gardener\'s map', id: f[1]})
USING INDEX SEEK b:Topic(_source, id)
MERGE (a)-[r:STEP {_source: 'The gardener\'s map', position: toInteger(f[2])}]->(b)
ON CREATE SET r._since = datetime()
SET r += {_run: '5e7af2aa7c895d8e', order: toInteger(f[3]), text: CASE WHEN f[4] <> '' THEN f[4] END, file: CASE WHEN f[5] <> '' THEN f[5] END, line: toInteger(f[6])};

UNWIND split('soil|https://example.org/rain?a=1&b=2|Soil.md|11|https://example.org/rain?a=1&b=2|1|
plants|https://example.org/light|Plants.md|13|light|1|', '\n') AS row
WITH split(row, '|') AS f
MATCH (a:Topic {_source: 'The gardener\'s map', id: f[0]})
USING INDEX SEEK a:Topic(_source, id)
MATCH (b:Reference {_source: 'The gardener\'s map', id: f[1]})
USING INDEX SEEK b:Reference(_source, id)
MERGE (a)-[r:REFERS_TO {_source: 'The gardener\'s map'}]->(b)
ON CREATE SET r._since = datetime()
SET r += {_run: 'c60de07628dd3c1d', file: CASE WHEN f[2] <> '' THEN f[2] END, line: toInteger(f[3]), text: CASE WHEN f[4] <> '' THEN f[4] END, count: toInteger(f[5])};

// What the vault no longer has. Leave the next two statements out to keep it.

MATCH (n:Knowledge)-[r]->() WHERE n._source = 'The gardener\'s map' AND r._source = 'The gardener\'s map' AND NOT r._run IN ['510c222de8c7a93e', '6f1e48d8006a687a', 'ed2adc0687534174', 'a7eadf20c16bbd9a', 'aede55c027a98e76', '3287bc9b5ac90f88', 'eb3fba4e59cf1f1a', 'b2fac084fc6b65fa', '70bf67755fb9f966', '96cd269869fa9366', '120ae3736a85e7ce', '32c221211c1e2f3d', 'd3c6758c362a9bed', '2d5a47909f66b9c3', '5e7af2aa7c895d8e', 'c60de07628dd3c1d']
DELETE r;

MATCH (n:Knowledge) WHERE n._source = 'The gardener\'s map' AND NOT n._run IN ['510c222de8c7a93e', '6f1e48d8006a687a', 'ed2adc0687534174', 'a7eadf20c16bbd9a', 'aede55c027a98e76', '3287bc9b5ac90f88', 'eb3fba4e59cf1f1a', 'b2fac084fc6b65fa', '70bf67755fb9f966', '96cd269869fa9366', '120ae3736a85e7ce', '32c221211c1e2f3d', 'd3c6758c362a9bed', '2d5a47909f66b9c3', '5e7af2aa7c895d8e', 'c60de07628dd3c1d']
DETACH DELETE n;

CREATE INDEX mlk_topic_id IF NOT EXISTS FOR (n:Topic) ON (n.id);
CREATE INDEX mlk_knowledge_id IF NOT EXISTS FOR (n:Knowledge) ON (n.id);
CREATE FULLTEXT INDEX mlk_text IF NOT EXISTS FOR (n:Knowledge) ON EACH [n.title, n.aliases, n.summary, n.definition, n.text, n.id];
