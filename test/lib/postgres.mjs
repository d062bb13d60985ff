// Databases of a test's own in the PostgreSQL that BOKGI_TEST_POSTGRES names (test/with-postgres starts one).
import { execFileSync } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { program } from './server.mjs'

export const postgres = process.env.BOKGI_TEST_POSTGRES

function psql() {
	const root = '/usr/lib/postgresql'
	const folders = existsSync(root) ? readdirSync(root).sort((a, b) => b - a).map(version => `${root}/${version}/bin/psql`) : []
	return folders.find(existsSync) ?? 'psql'
}

/** What a database of any address answers, line by line, columns between tabs. */
export const ask = (url, sql) => execFileSync(psql(), ['-X', '-q', '-A', '-t', '-F', '\t', '-v', 'ON_ERROR_STOP=1', '-d', url, '-c', sql], { stdio: ['ignore', 'pipe', 'inherit'], encoding: 'utf8' }).trim()
const run = sql => ask(postgres, sql)

/** {url, drop()} of a new database that is up to date, or empty. */
export function newDatabase({ empty = false } = {}) {
	const name = `bokgi_${randomUUID().replaceAll('-', '')}`
	run(`CREATE DATABASE ${name}`)
	const at = new URL(postgres)
	at.pathname = `/${name}`
	// In a folder of its own: another test may be doing the same at this moment.
	const folder = mkdtempSync(join(tmpdir(), 'bokgi-migrate-'))
	if (!empty) execFileSync(program, ['migrate', '--database', at.href, '--data', folder], { stdio: ['ignore', 'ignore', 'inherit'] })
	rmSync(folder, { recursive: true })
	return { url: at.href, drop: () => run(`DROP DATABASE ${name} WITH (FORCE)`) }
}
