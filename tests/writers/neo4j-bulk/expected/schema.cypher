CREATE CONSTRAINT mlk_topic IF NOT EXISTS FOR (n:Topic) REQUIRE (n._source, n.id) IS UNIQUE;
CREATE CONSTRAINT mlk_tag IF NOT EXISTS FOR (n:Tag) REQUIRE (n._source, n.id) IS UNIQUE;
CREATE CONSTRAINT mlk_learningpath IF NOT EXISTS FOR (n:LearningPath) REQUIRE (n._source, n.id) IS UNIQUE;
CREATE CONSTRAINT mlk_reference IF NOT EXISTS FOR (n:Reference) REQUIRE (n._source, n.id) IS UNIQUE;
CREATE CONSTRAINT mlk_missing IF NOT EXISTS FOR (n:Missing) REQUIRE (n._source, n.id) IS UNIQUE;
CREATE INDEX mlk_topic_id IF NOT EXISTS FOR (n:Topic) ON (n.id);
CREATE INDEX mlk_knowledge_id IF NOT EXISTS FOR (n:Knowledge) ON (n.id);
CREATE FULLTEXT INDEX mlk_text IF NOT EXISTS FOR (n:Knowledge) ON EACH [n.title, n.aliases, n.summary, n.definition, n.text, n.id];
CALL db.awaitIndexes(300);
