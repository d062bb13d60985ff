// Debian's Prometheus and Alertmanager, with one rule for each alert, which fires or not as the test wants, and a webhook to bokgi.
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { answers, tool } from './tool.mjs'

/** alerts: name → {labels, summary}; hook: the address that bokgi gave. {fire(name), calm(name), stop()}. */
export async function monitoring(alerts, hook) {
	const folder = await mkdtemp(join(tmpdir(), 'bokgi-monitoring-'))
	const firing = new Set()
	const file = name => join(folder, name)
	const write = (name, value) => writeFile(file(name), JSON.stringify(value)) // JSON is YAML
	const rules = () => write('rules.yml', { groups: [{ name: 'bokgi', rules: Object.entries(alerts).map(([alert, { labels, summary }]) =>
		({ alert, expr: `vector(${firing.has(alert) ? 1 : 0}) > 0`, labels, annotations: { summary } })) }] })

	await write('alertmanager.yml', { route: { receiver: 'bokgi', group_by: ['alertname'], group_wait: '100ms', group_interval: '1s', repeat_interval: '1h' },
		receivers: [{ name: 'bokgi', webhook_configs: [{ url: hook }] }] })
	const alertmanager = await tool('prometheus-alertmanager', port => [`--config.file=${file('alertmanager.yml')}`, `--storage.path=${file('alertmanager')}`,
		`--web.listen-address=127.0.0.1:${port}`, '--cluster.listen-address='], answers('/-/ready'))
	await rules()
	await write('prometheus.yml', { global: { evaluation_interval: '1s', scrape_interval: '1h' }, rule_files: [file('rules.yml')],
		alerting: { alertmanagers: [{ static_configs: [{ targets: [`127.0.0.1:${alertmanager.port}`] }] }] } })
	const prometheus = await tool('prometheus', port => [`--config.file=${file('prometheus.yml')}`, `--storage.tsdb.path=${file('prometheus')}`, `--web.listen-address=127.0.0.1:${port}`,
		'--web.enable-lifecycle', '--rules.alert.resend-delay=1s'], answers('/-/ready'))

	const reload = async () => {
		await rules()
		const reply = await fetch(`${prometheus.url}/-/reload`, { method: 'POST' })
		if (!reply.ok) throw new Error(`Prometheus: ${await reply.text()}`)
	}
	return {
		fire: name => { firing.add(name); return reload() },
		calm: name => { firing.delete(name); return reload() },
		log: () => `${prometheus.log}\n${alertmanager.log}`,
		async stop() {
			await Promise.all([prometheus.stop(), alertmanager.stop()])
			await rm(folder, { recursive: true, force: true })
		},
	}
}
