import type {Database, Ended, Fault, Session} from './database.ts';
import type {Protocol} from './plan.ts';

const shortestRest = 10;
const longestRest = 1000;

/** A connection of the pool, from the moment that it could be made to its end. */
export type Member<Ask> = {
	readonly session: Session;
	/** What it is at work for, and since when: milliseconds of `performance.now()`. */
	ask: Ask | undefined;
	since: number;
	/** It undoes a transaction that failed. */
	isRecovering: boolean;
	/** Hears how each statement of it ends. */
	readonly ended: Ended;
	received: number;
	sent: number;
};

export type PoolParts<Ask> = {
	readonly database: Database;
	readonly protocol: Protocol;
	/** So many connections. */
	readonly size: number;
	readonly hooks: {
		/** A connection has become free, or may have. */
		readonly onFree: () => void;
		readonly onEnded: (member: Member<Ask>, fault: Fault | undefined, rows: number) => void;
		/** A connection broke by itself, and is being made anew. */
		readonly onLost: (member: Member<Ask>, fault: Fault) => void;
		/** A connection could not be made. */
		readonly onRefused: (fault: Fault) => void;
		/** Making one took so many milliseconds. */
		readonly onMade: (milliseconds: number) => void;
	};
};

/** Connections that are made at once and again when they break: at growing intervals while that fails. */
export type Pool<Ask> = {
	/** Resolves when each has been tried once. */
	readonly fill: () => Promise<void>;
	/** A free connection, which is the taker's until it is released or replaced. */
	readonly take: () => Member<Ask> | undefined;
	readonly hasFree: () => boolean;
	readonly release: (member: Member<Ask>) => void;
	/** It is of no use any more: broken off, and made anew. */
	readonly replace: (member: Member<Ask>) => void;
	readonly resize: (size: number) => void;
	readonly members: () => ReadonlySet<Member<Ask>>;
	/** There is no connection, and the last attempts to make one failed. */
	readonly isDown: () => boolean;
	readonly close: () => void;
};

/** A pool that is still empty. */
export const createPool = <Ask>({database, protocol, size, hooks}: PoolParts<Ask>): Pool<Ask> => {
	const members = new Set<Member<Ask>>();
	const free: Array<Member<Ask>> = [];
	const resting = new Set<NodeJS.Timeout>();
	let wanted = size;
	/** Being made, or resting until that is tried again. */
	let coming = 0;
	/** In a row. */
	let failures = 0;
	let isClosed = false;
	const closing = new AbortController();

	const forget = (member: Member<Ask>): void => {
		members.delete(member);
		const place = free.indexOf(member);
		if (place >= 0) free.splice(place, 1);
	};

	const make = async (): Promise<void> => {
		const began = performance.now();
		let member: Member<Ask> | undefined;
		let lostEarly: Fault | undefined;
		try {
			const onLost = (fault: Fault): void => {
				if (member === undefined) {
					lostEarly = fault;
					return;
				}

				if (!members.has(member)) return;
				forget(member);
				hooks.onLost(member, fault);
				refill();
			};
			const session = await database.connect(protocol, onLost, closing.signal);
			if (isClosed || members.size >= wanted) {
				coming--;
				session.destroy();
				return;
			}

			if (lostEarly !== undefined) throw Object.assign(new Error(lostEarly.message), {code: lostEarly.outcome});
			const made: Member<Ask> = {
				session,
				ask: undefined,
				since: 0,
				isRecovering: false,
				ended: (fault, rows) => hooks.onEnded(made, fault, rows),
				received: session.received(),
				sent: session.sent(),
			};
			member = made;
			members.add(made);
			free.push(made);
			coming--;
			failures = 0;
			hooks.onMade(performance.now() - began);
			hooks.onFree();
		} catch (error) {
			if (isClosed) return;
			const rest = Math.min(longestRest, shortestRest * 2 ** Math.min(failures, 10));
			failures++;
			const timer = setTimeout(() => {
				resting.delete(timer);
				coming--;
				refill();
			}, rest);
			resting.add(timer);
			hooks.onRefused(database.faultOf(error));
		}
	};

	const refill = (): ReadonlyArray<Promise<void>> => {
		const begun: Array<Promise<void>> = [];
		while (!isClosed && members.size + coming < wanted) {
			coming++;
			begun.push(make());
		}

		return begun;
	};

	return {
		async fill() {
			await Promise.all(refill());
		},
		take: () => free.pop(),
		hasFree: () => free.length > 0,
		release(member) {
			if (!members.has(member)) return;
			if (members.size > wanted) {
				forget(member);
				member.session.close();
				return;
			}

			free.push(member);
			hooks.onFree();
		},
		replace(member) {
			if (!members.has(member)) return;
			forget(member);
			member.session.destroy();
			refill();
		},
		resize(next) {
			wanted = next;
			while (members.size > wanted) {
				const member = free.pop();
				if (member === undefined) break;
				members.delete(member);
				member.session.close();
			}

			refill();
		},
		members: () => members,
		isDown: () => members.size === 0 && failures > 0,
		close() {
			isClosed = true;
			closing.abort();
			for (const timer of resting) clearTimeout(timer);
			for (const member of members) {
				if (member.ask === undefined && free.includes(member)) member.session.close();
				else member.session.destroy();
			}

			members.clear();
			free.length = 0;
		},
	};
};
