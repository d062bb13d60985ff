// What every page says about typing that is still on its way (sender.ts): how much of which documents, and what the server did not take.
export interface Waiting { document: number; pending: number; refused: boolean }

class Unsent {
	list = $state.raw<Waiting[]>([])

	say(document: number, pending: number, refused: boolean): void {
		const rest = this.list.filter((w) => w.document !== document)
		this.list = pending ? [...rest, { document, pending, refused }] : rest
	}
}

export const unsent = new Unsent()
