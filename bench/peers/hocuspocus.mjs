// Hocuspocus as its manual sets it up: hocuspocus.mjs PORT FILE. Its SQLite extension wants a driver that is compiled or fetched when it is installed; this is what that
// extension does (one row per document, replaced whenever a document is stored), with the driver that is in Node.
import { DatabaseSync } from 'node:sqlite'
import { Database } from '@hocuspocus/extension-database'
import { Server } from '@hocuspocus/server'

const [port, file] = process.argv.slice(2)
const db = new DatabaseSync(file)
db.exec('CREATE TABLE IF NOT EXISTS "documents" ("name" varchar(255) NOT NULL, "data" blob NOT NULL, UNIQUE(name))')
const fetch = db.prepare('SELECT data FROM "documents" WHERE name = $name ORDER BY rowid DESC')
const store = db.prepare('INSERT INTO "documents" ("name", "data") VALUES ($name, $data) ON CONFLICT(name) DO UPDATE SET data = $data')
const database = new Database({
	fetch: async ({ documentName }) => fetch.get({ name: documentName })?.data ?? null,
	store: async ({ documentName, state }) => { store.run({ name: documentName, data: state }) },
})
await new Server({ port: Number(port), address: '127.0.0.1', quiet: true, extensions: [database] }).listen()
