// Every note of a vault into RDF by vault-triplifier, which is a library; a note that it refuses is counted.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { triplify } from 'vault-triplifier'

const vault = process.argv[2]
let [notes, statements, refused] = [0, 0, 0]
for (const path of readdirSync(vault, { recursive: true })) {
  if (!path.endsWith('.md')) continue
  notes += 1
  try {
    statements += triplify(path, readFileSync(join(vault, path), 'utf8')).dataset.size
  } catch {
    refused += 1
  }
}
console.log(`${notes} notes, ${statements} statements, ${refused} notes refused`)
