// The open incidents, for the bar on every page and the home page.
import { Resource } from '../lib/resource.svelte.ts'
import type { IncidentRow, List } from '../lib/types.ts'

class Live {
	list = $state.raw<Resource<List<IncidentRow>> | undefined>()

	follow(): void {
		this.list ??= new Resource<List<IncidentRow>>({ path: '/incidents?state=open&limit=20', topics: ['incidents'] })
	}
	get rows(): IncidentRow[] {
		return this.list?.value?.items ?? []
	}
	get burning(): IncidentRow[] {
		return this.rows.filter((r) => r.state !== 'resolved' && r.state !== 'closed')
	}
}

export const live = new Live()
