import type {Database, Session} from './database.ts';

/** A connection beside the load, for questions about the server and for cancelling; made when it is first needed. */
export type Attendant = {
	/** Does something with it. Rejects where that fails; the next one who asks gets a new connection. */
	readonly use: <Answer>(ask: (session: Session) => Promise<Answer>) => Promise<Answer>;
	readonly close: () => void;
};

/** One at a time has it. */
export const createAttendant = (database: Database): Attendant => {
	let session: Session | undefined;
	let isClosed = false;
	const closing = new AbortController();
	let turn: Promise<unknown> = Promise.resolve();
	const open = async (): Promise<Session> => {
		if (session !== undefined) return session;
		const onLost = (): void => {
			if (session === made) session = undefined;
		};
		const made = await database.connect(database.protocols[0], onLost, closing.signal);
		if (isClosed) {
			made.destroy();
			throw new Error('The load is over.');
		}

		session = made;
		return made;
	};
	return {
		use(ask) {
			const mine = turn.then(async () => {
				if (isClosed) throw new Error('The load is over.');
				const opened = await open();
				try {
					return await ask(opened);
				} catch (error) {
					if (database.faultOf(error).isFatal) {
						opened.destroy();
						session = undefined;
					}

					throw error;
				}
			});
			turn = mine.catch(() => {});
			return mine;
		},
		close() {
			isClosed = true;
			closing.abort();
			session?.destroy();
			session = undefined;
		},
	};
};
