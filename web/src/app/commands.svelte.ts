// What can be done to the thing that is open: pages put their verbs here, the palette shows them first.
export interface Command { label: string; icon: string; run: () => unknown; keys?: string }

class Commands {
	title = $state('')
	list = $state.raw<Command[]>([])

	offer(title: string, list: Command[]): () => void {
		this.title = title
		this.list = list
		return () => {
			if (this.list === list) this.list = []
		}
	}
}

export const commands = new Commands()
