// counted.mjs NAME PATTERN COMMAND…: runs it, and keeps the lines that match as its result.
import { spawnSync } from 'node:child_process'
import { seed } from '../lib/random.mjs'
import { keep } from './result.mjs'

const [name, pattern, command, ...args] = process.argv.slice(2)
const { status, stdout } = spawnSync(command, args, { stdio: ['ignore', 'pipe', 'inherit'], encoding: 'utf8', maxBuffer: 64 << 20, env: { ...process.env, BOKGI_SEED: String(seed) } })
const told = stdout.split('\n').filter(line => new RegExp(pattern).test(line)).map(line => line.trim().replace(/^ℹ /, ''))
if (status) console.error(stdout)
keep(name, /seed (\d+)/.exec(stdout)?.[1] ?? seed, status === 0 && told.length > 0, told.join('; '))
process.exitCode = status || told.length === 0 ? 1 : 0
