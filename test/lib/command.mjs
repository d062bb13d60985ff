// The program as somebody at a terminal runs it.
import { spawn } from 'node:child_process'
import { program } from './server.mjs'

/** {code, out, err} of bokgi with these arguments; input goes to its standard input. */
export function bokgi(args, { input = '', env = {} } = {}) {
	return new Promise((resolve, reject) => {
		const child = spawn(program, args, { env: { ...process.env, LC_ALL: 'C.UTF-8', ...env } })
		let out = '', err = ''
		child.stdout.on('data', part => { out += part })
		child.stderr.on('data', part => { err += part })
		child.stdin.on('error', () => {}) // it may end before it has read everything
		child.on('error', reject)
		child.on('close', code => resolve({ code, out, err }))
		child.stdin.end(input)
	})
}

/** The parsed answer of a command that must succeed. */
export async function answer(args, options) {
	const { code, out, err } = await bokgi([...args, '--json'], options)
	if (code !== 0) throw new Error(`bokgi ${args.join(' ')}: ${code} ${err}`)
	return out.trim() ? JSON.parse(out) : null
}
