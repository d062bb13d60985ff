// kill -9 and, with it, everything that no fsync had made safe: what a power cut may take.
import { execFileSync } from 'node:child_process'
import { closeSync, existsSync, ftruncateSync, openSync, readFileSync, rmSync, writeFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'

const HEAD = 40, WRITE = 0

export class Power {
	/** folder: for what belongs to nobody else; under: whose writes are watched. */
	constructor(folder, under) {
		this.log = join(folder, 'unsynced')
		this.lies = join(folder, 'lies')
		this.shim = join(folder, 'unsynced.so')
		this.taken = 0
		execFileSync('cc', ['-shared', '-fPIC', '-O1', '-o', this.shim, 'test/drop_unsynced.c', '-ldl'])
		this.env = { LD_PRELOAD: this.shim, DROPS_UNDER: under, DROPS_LOG: this.log, DROPS_LIES: this.lies }
	}

	/** From now on no fsync counts. */
	lie() { writeFileSync(this.lies, '') }

	records() {
		const all = existsSync(this.log) ? readFileSync(this.log) : Buffer.alloc(0), records = []
		for (let at = 0; at + HEAD <= all.length;) {
			const path = all.readUInt32LE(at + 4), n = all.readUInt32LE(at + 8), [number, offset, size] = [16, 24, 32].map(i => Number(all.readBigUInt64LE(at + i)))
			const bytes = at + HEAD + path
			if (bytes + n > all.length) break // it was killed before the write that this belongs to
			records.push({ kind: all.readUInt32LE(at), path: all.toString('utf8', at + HEAD, bytes), number, offset, size, bytes: all.subarray(bytes, bytes + n) })
			at = bytes + n
		}
		return records
	}

	/** After the kill: the newest write first, each file becomes what it was when it was last safe. */
	cut() {
		const records = this.records(), safe = new Map()
		for (const r of records) if (r.kind !== WRITE) safe.set(r.path, Math.max(safe.get(r.path) ?? 0, r.number))
		for (const r of records.reverse()) {
			if (r.kind !== WRITE || r.number <= (safe.get(r.path) ?? 0) || !existsSync(r.path)) continue
			const file = openSync(r.path, 'r+')
			writeSync(file, r.bytes, 0, r.bytes.length, r.offset)
			ftruncateSync(file, r.size)
			closeSync(file)
			this.taken++
		}
		rmSync(this.log, { force: true })
	}
}
