// Records in yaml_traps.json what npm's `yaml`, which Obsidian reads properties with, makes of each trap there.
// To add a trap, add a line {"name": ..., "yaml": ...} to that file. To record, in a folder outside of the project:
//
//     npm install yaml@2 && node .../tests/reader/yaml_traps.mjs
//
// `result` is what `parse` gives; `error` is the code of what it throws: then nothing of the properties can be used.
// What JSON has no word for: {"$number": "NaN"}, "Infinity", "-Infinity"; {"$type": "Set"}, "Map", "Date", "Buffer".
import { readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'

const require = createRequire(process.cwd() + '/')
const { parse } = require('yaml')
const file = new URL('yaml_traps.json', import.meta.url)

function plain(value) {
  if (typeof value === 'number') return Number.isFinite(value) ? value : { $number: String(value) }
  if (Array.isArray(value)) return value.map(plain)
  if (value === null || typeof value !== 'object') return value
  if (Object.getPrototypeOf(value) !== Object.prototype) return { $type: value.constructor.name }
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, plain(item)]))
}

function recorded({ name, yaml }) {
  try {
    return { name, yaml, result: plain(parse(yaml, { logLevel: 'error' })) }
  } catch (error) {
    return { name, yaml, error: error.code ?? error.name }
  }
}

const ascii = (trap) =>
  JSON.stringify(trap).replace(/[^ -~]/g, (unit) => '\\u' + unit.charCodeAt(0).toString(16).padStart(4, '0'))
const lines = JSON.parse(readFileSync(file, 'utf8')).traps.map((trap) => '    ' + ascii(recorded(trap)))
const version = require('yaml/package.json').version
writeFileSync(file, `{\n  "yaml": "${version}",\n  "traps": [\n${lines.join(',\n')}\n  ]\n}\n`)
