// Hears all that Artillery counts and measures, before it is gathered into figures.
import {chunks, mostNumbers, now, type Store, tell} from './thread.ts';

/** The plugin of Artillery's that makes metrics of each request's name: benchtop's parts say the same. */
const byEndpoint = 'plugins.metrics-by-endpoint.';

/** Listens to a store of metrics. */
export const hearMetrics = ({prototype}: {readonly prototype: Store}) => {
	let counters = new Map<string, number>();
	let rates = new Map<string, number>();
	let values = new Map<string, number[]>();
	/** How long each took, and when it ended. */
	let sessions: (readonly [length: number, ended: number])[] = [];
	let userEnded = 0;

	const {counter, summary, rate} = prototype;
	prototype.counter = function (this: Store, name, value) {
		const amount = Number(value);
		if (!name.startsWith(byEndpoint) && Number.isFinite(amount)) counters.set(name, (counters.get(name) ?? 0) + amount);
		if (value > 0 && (name === 'vusers.completed' || name === 'vusers.failed')) userEnded = now();
		return counter.call(this, name, value);
	};
	prototype.summary = function (this: Store, name, value) {
		if (name === 'vusers.session_length') sessions.push([Number(value), now()]);
		if (!name.startsWith(byEndpoint) && !name.startsWith('http.response_time')) {
			const known = values.get(name);
			if (known === undefined) values.set(name, [Number(value)]);
			else known.push(Number(value));
		}

		return summary.call(this, name, value);
	};
	prototype.rate = function (this: Store, name) {
		rates.set(name, (rates.get(name) ?? 0) + 1);
		return rate.call(this, name);
	};

	/** Tells what came since the last time. */
	return (): void => {
		const [counted, sampled, rated] = [counters, values, rates];
		counters = new Map();
		rates = new Map();
		values = new Map();
		for (const some of chunks([...counted], mostNumbers / 10)) tell('counters', {c: some, user: userEnded});
		for (const some of chunks([...rated], mostNumbers / 10)) tell('rates', {c: some});
		for (const some of chunks(sessions, mostNumbers / 4)) tell('sessions', {r: some});
		sessions = [];
		for (const [name, all] of sampled)
			for (const some of chunks(all, mostNumbers))
				tell('values', {name, v: some.map((value) => Math.round(value * 1000) / 1000)});
	};
};
