// A knowledge map for Neo4j 4.4 or newer, any edition. Load it with
//
//     cypher-shell -u neo4j -f load.cypher
//
// Loading it again changes nothing. After a new export it brings the graph up to date: what was written under the
// same _source before and is no longer in the vault is removed, at the end. Nodes and relationships with another
// _source, or with none, are left alone; but properties that were added to ours by hand do not outlive a load, nor do
// relationships of a node that goes. If loading breaks off, load again.
// Each statement is plain Cypher: drivers, the Browser and Aura take them too, one by one and in this order.
//
// Nodes, each with id, file and line (where the vault says so):
//   (:Topic)         title, summary, definition, aliases, note (its file; none: not written yet) and the note's own
//                    properties: {a: {b: 1}} is `a.b`, a list of different things is a list of texts, and one whose
//                    name is taken is called property_NAME
//   (:Topic:Area)    a topic under which others are filed; position among its neighbours
//   (:Tag)
//   (:LearningPath)  title, steps (the words of each)
//   (:Reference)     its id is the address of something outside the vault; no file and line
//
// Relationships, each with file and line:
//   (topic)-[:IN_AREA]->(area)      position within the area; home is true for the topic's first area
//   (narrower)-[:BROADER]->(wider)  areas, topics and tags
//   (topic)-[:HAS_TAG]->(tag)       position
//   (topic)-[:MENTIONS]->(topic)    a plain link
//   (topic)-[:REQUIRES]->(topic)    the end has to be known first
//   (topic)-[:RELATED]->(topic)     holds both ways: match it without an arrow
//   (path)-[:STEP]->(topic)         position of the step, order within it, text
//   (topic)-[:NEXT]->(topic)        from one topic of a learning path to the next: path (its id), position
//   (topic)-[:REFERS_TO]->(reference)  text, count
// Other properties with links in them are types of their own: "inspired by" is INSPIRED_BY, and LINKS_TO where that
// gives no name or a taken one. Every relationship that is a link has kind (the vault's word), text (what the
// reader sees), anchor (the heading or block it leads to) and count: several links of one kind between the same
// two topics are one relationship, with the place and the text of the first.
//
// In the texts below each line is one row, which split() cuts into the fields f[0], f[1], ... A separator ends each
// field and begins each item of a list; it is a character that the values do not have. What is empty is left out,
// except a title and what a note's property says.

CREATE CONSTRAINT mlk_topic IF NOT EXISTS
FOR (n:Topic) REQUIRE (n._source, n.id) IS UNIQUE;

CREATE CONSTRAINT mlk_tag IF NOT EXISTS
FOR (n:Tag) REQUIRE (n._source, n.id) IS UNIQUE;

CREATE CONSTRAINT mlk_learningpath IF NOT EXISTS
FOR (n:LearningPath) REQUIRE (n._source, n.id) IS UNIQUE;

CREATE CONSTRAINT mlk_reference IF NOT EXISTS
FOR (n:Reference) REQUIRE (n._source, n.id) IS UNIQUE;

CREATE INDEX mlk_topic_id IF NOT EXISTS FOR (n:Topic) ON (n.id);

UNWIND split('soil\tSoil\twhat everything grows in\tThe upper layer of the ground, in which plants grow.\t|Earth|Ground "floor"\tSoil.md\tSoil.md\t1\t
plants\tPlants\twhat we want, and what comes by itself\t\t\tPlants.md\tPlants.md\t1\t
compost\tCompost & Co.\tfrom waste to humus\tDecayed waste that feeds the soil.\t\tCompost.md\tCompost.md\t1\t
worms\tWorms\thelpers without a note\t\t\t\tGarden map.md\t21\t
spacing\tSpacing\thow far apart\t\t\tMaths/Spacing.md\tMaths/Spacing.md\t1\t
café\tCafé\twhere gardeners meet\t\t\tCafé.md\tCafé.md\t1\t', '\n') AS row
WITH split(row, '\t') AS f
MERGE (n:Topic {_source: 'The gardener\'s map', id: f[0]})
SET n = {_source: 'The gardener\'s map', _run: '74d4cdf280bb0481', id: f[0], title: f[1], summary: CASE WHEN f[2] <> '' THEN f[2] END, definition: CASE WHEN f[3] <> '' THEN f[3] END, aliases: tail(split(f[4], '|')), note: CASE WHEN f[5] <> '' THEN f[5] END, file: CASE WHEN f[6] <> '' THEN f[6] END, line: toInteger(f[7])};

UNWIND split('Flora\tPlants.md\t4\t
garden\tGarden map.md\t31\t
garden/kitchen\tGarden map.md\t31\t
index\tGarden map.md\t31\t
secret\tSoil.md\t9\t', '\n') AS row
WITH split(row, '\t') AS f
MERGE (n:Tag {_source: 'The gardener\'s map', id: f[0]})
SET n = {_source: 'The gardener\'s map', _run: '74d4cdf280bb0481', id: f[0], file: CASE WHEN f[1] <> '' THEN f[1] END, line: toInteger(f[2])};

UNWIND split('learning-path\tLearning Path\t|Begin with Soil; dig.|Choose from Plants what the spacing allows|Wait\tGarden map.md\t12\t', '\n') AS row
WITH split(row, '\t') AS f
MERGE (n:LearningPath {_source: 'The gardener\'s map', id: f[0]})
SET n = {_source: 'The gardener\'s map', _run: '74d4cdf280bb0481', id: f[0], title: f[1], steps: tail(split(f[2], '|')), file: CASE WHEN f[3] <> '' THEN f[3] END, line: toInteger(f[4])};

UNWIND split('https://example.org/light\t
https://example.org/rain?a=1&b=2\t', '\n') AS row
WITH split(row, '\t') AS f
MERGE (n:Reference {_source: 'The gardener\'s map', id: f[0]})
SET n = {_source: 'The gardener\'s map', _run: '74d4cdf280bb0481', id: f[0]};

UNWIND split('soil\t1\t
plants\t2\t', '\n') AS row
WITH split(row, '\t') AS f
MATCH (n:Topic {_source: 'The gardener\'s map', id: f[0]})
SET n.`position` = toInteger(f[1]), n:Area;

UNWIND split('plants\t2026-03-01\t', '\n') AS row
WITH split(row, '\t') AS f
MATCH (n:Topic {_source: 'The gardener\'s map', id: f[0]})
SET n.`sown` = f[1];

UNWIND split('plants\tfalse\t', '\n') AS row
WITH split(row, '\t') AS f
MATCH (n:Topic {_source: 'The gardener\'s map', id: f[0]})
SET n.`perennial` = toBoolean(f[1]);

UNWIND split('plants\t|1|2.5|tall\t', '\n') AS row
WITH split(row, '\t') AS f
MATCH (n:Topic {_source: 'The gardener\'s map', id: f[0]})
SET n.`heights` = tail(split(f[1], '|'));

UNWIND split('compost\tDecayed waste that feeds the soil.\t', '\n') AS row
WITH split(row, '\t') AS f
MATCH (n:Topic {_source: 'The gardener\'s map', id: f[0]})
SET n.`description` = f[1];

UNWIND split('soil\tcompost\tSoil.md\t7\thow compost is made\tMaking it\t2\t
soil\tplants\tSoil.md\t9\thidden link\t\t1\t
plants\tsoil\tPlants.md\t13\tsoil\t\t1\t
plants\tcompost\tPlants.md\t20\tCompost > Making it\tMaking it\t1\t
compost\tplants\tCompost.md\t19\tPlants\t\t1\t
compost\tworms\tCompost.md\t21\tWorms\t\t1\t
spacing\tsoil\tMaths/Spacing.md\t7\tSoil > ^nowhere\t^nowhere\t1\t
café\tplants\tCafé.md\t1\tPlants\t\t1\t', '\n') AS row
WITH split(row, '\t') AS f
MATCH (a:Topic {_source: 'The gardener\'s map', id: f[0]})
MATCH (b:Topic {_source: 'The gardener\'s map', id: f[1]})
MERGE (a)-[r:MENTIONS {_source: 'The gardener\'s map', kind: 'mentions'}]->(b)
SET r = {_source: 'The gardener\'s map', _run: '74d4cdf280bb0481', kind: 'mentions', file: CASE WHEN f[2] <> '' THEN f[2] END, line: toInteger(f[3]), text: CASE WHEN f[4] <> '' THEN f[4] END, anchor: CASE WHEN f[5] <> '' THEN f[5] END, count: toInteger(f[6])};

UNWIND split('plants\tsoil\tPlants.md\t5\tSoil\t\t1\t
compost\tsoil\tCompost.md\t3\tSoil\t\t1\t', '\n') AS row
WITH split(row, '\t') AS f
MATCH (a:Topic {_source: 'The gardener\'s map', id: f[0]})
MATCH (b:Topic {_source: 'The gardener\'s map', id: f[1]})
MERGE (a)-[r:REQUIRES {_source: 'The gardener\'s map', kind: 'requires'}]->(b)
SET r = {_source: 'The gardener\'s map', _run: '74d4cdf280bb0481', kind: 'requires', file: CASE WHEN f[2] <> '' THEN f[2] END, line: toInteger(f[3]), text: CASE WHEN f[4] <> '' THEN f[4] END, anchor: CASE WHEN f[5] <> '' THEN f[5] END, count: toInteger(f[6])};

UNWIND split('plants\tcafé\tPlants.md\t7\tCafé\t\t1\t', '\n') AS row
WITH split(row, '\t') AS f
MATCH (a:Topic {_source: 'The gardener\'s map', id: f[0]})
MATCH (b:Topic {_source: 'The gardener\'s map', id: f[1]})
MERGE (a)-[r:RELATED {_source: 'The gardener\'s map', kind: 'related'}]->(b)
SET r = {_source: 'The gardener\'s map', _run: '74d4cdf280bb0481', kind: 'related', file: CASE WHEN f[2] <> '' THEN f[2] END, line: toInteger(f[3]), text: CASE WHEN f[4] <> '' THEN f[4] END, anchor: CASE WHEN f[5] <> '' THEN f[5] END, count: toInteger(f[6])};

UNWIND split('plants\tcafé\tPlants.md\t15\tCafé\t\t1\t', '\n') AS row
WITH split(row, '\t') AS f
MATCH (a:Topic {_source: 'The gardener\'s map', id: f[0]})
MATCH (b:Topic {_source: 'The gardener\'s map', id: f[1]})
MERGE (a)-[r:POLLINATED_BY {_source: 'The gardener\'s map', kind: 'pollinated-by'}]->(b)
SET r = {_source: 'The gardener\'s map', _run: '74d4cdf280bb0481', kind: 'pollinated-by', file: CASE WHEN f[2] <> '' THEN f[2] END, line: toInteger(f[3]), text: CASE WHEN f[4] <> '' THEN f[4] END, anchor: CASE WHEN f[5] <> '' THEN f[5] END, count: toInteger(f[6])};

UNWIND split('compost\tsoil\tGarden map.md\t20\tCompost\t\t1\t1\ttrue\t
compost\tplants\tGarden map.md\t26\tCompost\t\t1\t2\tfalse\t
worms\tsoil\tGarden map.md\t21\tWorms\t\t1\t2\ttrue\t
spacing\tsoil\tGarden map.md\t22\tSpacing\t\t1\t3\ttrue\t
spacing\tplants\tGarden map.md\t25\tSpacing\t\t1\t1\tfalse\t', '\n') AS row
WITH split(row, '\t') AS f
MATCH (a:Topic {_source: 'The gardener\'s map', id: f[0]})
MATCH (b:Topic {_source: 'The gardener\'s map', id: f[1]})
MERGE (a)-[r:IN_AREA {_source: 'The gardener\'s map', kind: 'in_area'}]->(b)
SET r = {_source: 'The gardener\'s map', _run: '74d4cdf280bb0481', kind: 'in_area', file: CASE WHEN f[2] <> '' THEN f[2] END, line: toInteger(f[3]), text: CASE WHEN f[4] <> '' THEN f[4] END, anchor: CASE WHEN f[5] <> '' THEN f[5] END, count: toInteger(f[6]), position: toInteger(f[7]), home: toBoolean(f[8])};

UNWIND split('soil\tgarden\t1\tSoil.md\t1\t
soil\tsecret\t2\tSoil.md\t1\t
plants\tgarden/kitchen\t1\tPlants.md\t1\t
plants\tFlora\t2\tPlants.md\t1\t', '\n') AS row
WITH split(row, '\t') AS f
MATCH (a:Topic {_source: 'The gardener\'s map', id: f[0]})
MATCH (b:Tag {_source: 'The gardener\'s map', id: f[1]})
MERGE (a)-[r:HAS_TAG {_source: 'The gardener\'s map'}]->(b)
SET r = {_source: 'The gardener\'s map', _run: '74d4cdf280bb0481', position: toInteger(f[2]), file: CASE WHEN f[3] <> '' THEN f[3] END, line: toInteger(f[4])};

UNWIND split('garden/kitchen\tgarden\tGarden map.md\t31\t', '\n') AS row
WITH split(row, '\t') AS f
MATCH (a:Tag {_source: 'The gardener\'s map', id: f[0]})
MATCH (b:Tag {_source: 'The gardener\'s map', id: f[1]})
MERGE (a)-[r:BROADER {_source: 'The gardener\'s map'}]->(b)
SET r = {_source: 'The gardener\'s map', _run: '74d4cdf280bb0481', file: CASE WHEN f[2] <> '' THEN f[2] END, line: toInteger(f[3])};

UNWIND split('learning-path\tsoil\t1\t1\tBegin with Soil; dig.\tGarden map.md\t13\t
learning-path\tplants\t2\t1\tChoose from Plants what the spacing allows\tGarden map.md\t14\t
learning-path\tspacing\t2\t2\tChoose from Plants what the spacing allows\tGarden map.md\t14\t', '\n') AS row
WITH split(row, '\t') AS f
MATCH (a:LearningPath {_source: 'The gardener\'s map', id: f[0]})
MATCH (b:Topic {_source: 'The gardener\'s map', id: f[1]})
MERGE (a)-[r:STEP {_source: 'The gardener\'s map', position: toInteger(f[2])}]->(b)
SET r = {_source: 'The gardener\'s map', _run: '74d4cdf280bb0481', position: toInteger(f[2]), order: toInteger(f[3]), text: CASE WHEN f[4] <> '' THEN f[4] END, file: CASE WHEN f[5] <> '' THEN f[5] END, line: toInteger(f[6])};

UNWIND split('soil\tplants\tlearning-path\t1\tGarden map.md\t14\t
plants\tspacing\tlearning-path\t2\tGarden map.md\t14\t', '\n') AS row
WITH split(row, '\t') AS f
MATCH (a:Topic {_source: 'The gardener\'s map', id: f[0]})
MATCH (b:Topic {_source: 'The gardener\'s map', id: f[1]})
MERGE (a)-[r:NEXT {_source: 'The gardener\'s map', path: f[2], position: toInteger(f[3])}]->(b)
SET r = {_source: 'The gardener\'s map', _run: '74d4cdf280bb0481', path: f[2], position: toInteger(f[3]), file: CASE WHEN f[4] <> '' THEN f[4] END, line: toInteger(f[5])};

UNWIND split('soil\thttps://example.org/rain?a=1&b=2\tSoil.md\t11\thttps://example.org/rain?a=1&b=2\t1\t
plants\thttps://example.org/light\tPlants.md\t13\tlight\t1\t', '\n') AS row
WITH split(row, '\t') AS f
MATCH (a:Topic {_source: 'The gardener\'s map', id: f[0]})
MATCH (b:Reference {_source: 'The gardener\'s map', id: f[1]})
MERGE (a)-[r:REFERS_TO {_source: 'The gardener\'s map'}]->(b)
SET r = {_source: 'The gardener\'s map', _run: '74d4cdf280bb0481', file: CASE WHEN f[2] <> '' THEN f[2] END, line: toInteger(f[3]), text: CASE WHEN f[4] <> '' THEN f[4] END, count: toInteger(f[5])};

MATCH (n:Topic)-[r]->()
WHERE n._source = 'The gardener\'s map' AND n.id IS NOT NULL AND r._source = 'The gardener\'s map' AND r._run <> '74d4cdf280bb0481'
DELETE r;

MATCH (n:Tag)-[r]->()
WHERE n._source = 'The gardener\'s map' AND n.id IS NOT NULL AND r._source = 'The gardener\'s map' AND r._run <> '74d4cdf280bb0481'
DELETE r;

MATCH (n:LearningPath)-[r]->()
WHERE n._source = 'The gardener\'s map' AND n.id IS NOT NULL AND r._source = 'The gardener\'s map' AND r._run <> '74d4cdf280bb0481'
DELETE r;

MATCH (n:Reference)-[r]->()
WHERE n._source = 'The gardener\'s map' AND n.id IS NOT NULL AND r._source = 'The gardener\'s map' AND r._run <> '74d4cdf280bb0481'
DELETE r;

MATCH (n:Area)
WHERE n._source = 'The gardener\'s map' AND n.position IS NULL
REMOVE n:Area;

MATCH (n:Topic)
WHERE n._source = 'The gardener\'s map' AND n.id IS NOT NULL AND n._run <> '74d4cdf280bb0481'
DETACH DELETE n;

MATCH (n:Tag)
WHERE n._source = 'The gardener\'s map' AND n.id IS NOT NULL AND n._run <> '74d4cdf280bb0481'
DETACH DELETE n;

MATCH (n:LearningPath)
WHERE n._source = 'The gardener\'s map' AND n.id IS NOT NULL AND n._run <> '74d4cdf280bb0481'
DETACH DELETE n;

MATCH (n:Reference)
WHERE n._source = 'The gardener\'s map' AND n.id IS NOT NULL AND n._run <> '74d4cdf280bb0481'
DETACH DELETE n;

