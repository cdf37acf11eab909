import {printable} from '../../core/printable.ts';
import {seededRandom} from '../../core/random.ts';
import {BenchtopError} from '../../errors.ts';
import type {Control, Recorder} from '../engine.ts';
import {follow} from '../follow.ts';
import {closedLoop} from '../http/closed-loop.ts';
import {openLoop} from '../http/open-loop.ts';
import type {Destination} from '../http/plan.ts';
import {findWay} from '../http/way.ts';
import {redisAddress} from '../redis-address.ts';
import {type Dialogue, greetingOf, openDialogue, pemOf} from '../redis-dialogue.ts';
import {requestOf} from '../redis-reply.ts';
import {createChoice} from './choice.ts';
import {mostOf, type RedisPlan} from './plan.ts';
import {observe} from './server.ts';
import {wordsMaker} from './template.ts';
import {createRedisWire} from './wire.ts';

/** Commands of `prepare` that are sent together. */
const batch = 1000;
/** How long one of them may take. Milliseconds. */
const preparePatience = 60_000;

/** Where connections go, as the wires of HTTP have it. */
const destinationOf = (plan: RedisPlan): Destination => {
	const {place, isSecure} = redisAddress(plan.url);
	const {ca, cert, key, insecure} = plan;
	const scheme = isSecure ? 'https' : 'http';
	return {
		...('path' in place
			? {url: `${scheme}://localhost`, unix: place.path}
			: {url: `${scheme}://${place.host.includes(':') ? `[${place.host}]` : place.host}:${place.port}`}),
		...(ca === undefined ? {} : {ca: pemOf(ca)}),
		...(cert === undefined ? {} : {cert: pemOf(cert)}),
		...(key === undefined ? {} : {key: pemOf(key)}),
		...(insecure === undefined ? {} : {insecure}),
		protocols: [],
	};
};

/** Sends the commands of `prepare`, in order. Rejects with a BenchtopError (exit code 4) at the first that fails. */
const prepareOn = async (dialogue: Dialogue, plan: RedisPlan, signal: AbortSignal): Promise<void> => {
	for (const [index, {words, times}] of plan.prepare.entries()) {
		const next = wordsMaker(words, seededRandom((plan.seed + 1000 + index) >>> 0));
		for (let left = times; left > 0 && !signal.aborted; left -= batch) {
			const answers = await dialogue.ask(Array.from({length: Math.min(batch, left)}, next));
			const refused = answers.find(({kind}) => kind === 'error');
			if (refused === undefined) continue;
			throw new BenchtopError(`prepare: ${printable(words[0] ?? '')} failed: ${printable(refused.text)}.`, {
				exitCode: 4,
			});
		}
	}
};

/** Reaches the server, logs in, and does what `prepare` says. Rejects with a BenchtopError (exit code 4). */
export const probeRedis = async (plan: RedisPlan, signal: AbortSignal): Promise<void> => {
	const dialogue = await openDialogue(
		redisAddress(plan.url),
		plan,
		signal,
		plan.prepare.length > 0 ? preparePatience : undefined,
	);
	try {
		await prepareOn(dialogue, plan, signal);
	} finally {
		dialogue.close();
	}
};

/** Loads until the plan's end or the signal; what is in flight at a phase's end counts in the next one. */
export const loadRedis = async (plan: RedisPlan, recorder: Recorder, control: Control): Promise<void> => {
	const {signal, warmup, duration = 0, notice} = control;
	if (signal.aborted) return;
	const way = await findWay(destinationOf(plan), signal);
	if (signal.aborted) return;
	// One of several threads is enough to look at the server.
	const observer = (plan.turn?.index ?? 0) === 0 ? await observe(plan, control) : undefined;
	const greeting = greetingOf(redisAddress(plan.url));
	const random = seededRandom((plan.seed + 500) >>> 0);
	const {think} = plan;
	const choice = createChoice(plan, recorder);
	const complained = new Set<string>();
	let finish = (): void => {};
	const loop = (plan.rate === undefined ? closedLoop : openLoop)({
		plan: {...plan, maxConnections: mostOf(plan)},
		warmup,
		duration,
		recorder: choice.recorder,
		openWire: (hooks) =>
			createRedisWire({
				...hooks,
				way,
				greeting: {text: greeting.map(requestOf).join(''), replies: greeting.length},
				pipeline: plan.pipeline,
				isOpenLoop: plan.rate !== undefined,
				recorder,
				choice,
				...(think === undefined ? {} : {think: () => think.from + random() * (think.to - think.from)}),
				complain(word, line) {
					if (complained.has(word)) return;
					complained.add(word);
					notice(`The server says: ${printable(line)}`);
				},
			}),
		notice,
		onDone: () => finish(),
	});
	try {
		await loop.prepare();
		if (signal.aborted) return;
		await new Promise<void>((resolve) => {
			const watched: Control = {
				...control,
				watch: (oldest, levels) => control.watch(oldest, () => ({...observer?.levels(), ...levels?.()})),
				enter(phase) {
					control.enter(phase);
					if (phase === 'measure' && !isMarked) {
						isMarked = true;
						observer?.mark();
					}
				},
			};
			let isMarked = false;
			finish = follow(plan.timeout, watched, loop, resolve);
			if (way.lookedUp !== undefined) recorder.setup('dns', way.lookedUp * 1000);
			loop.start();
		});
		if (!signal.aborted) await observer?.conclude(control);
	} finally {
		observer?.close();
		await loop.close();
	}
};
