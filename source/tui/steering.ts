import type {SteeringCommand} from '../core/event.ts';
import type {Steerable} from '../core/plan.ts';
import {formatRate} from '../core/units.ts';
import {runIsOver, type Step, tell, type ViewState} from './view-state.ts';

const words = {
	pause: 'be paused',
	connections: 'change its connections',
	rate: 'change its rate',
} as const satisfies Record<Steerable, string>;

/** Why something of the load cannot be changed now; `undefined` when it can. */
const hindrance = (state: ViewState, what: Steerable): string | undefined => {
	const {began} = state.latest;
	if (runIsOver(state)) return 'the run is over';
	if (began === undefined) return 'the run has not begun';
	if (began.steering.includes(what)) return undefined;
	if (what === 'rate' && state.latest.load.rate === undefined && began.steering.includes('connections')) {
		return 'this run has no rate: it goes as fast as its connections allow (. and , change them)';
	}

	return `a run of ${began.engine} cannot ${words[what]}`;
};

const send = (state: ViewState, command: SteeringCommand, message: string): Step => ({
	state: {...state, message},
	effects: [{kind: 'send', command}],
});

/** Pauses the load, or lets it go on. */
export const pauseLoad = (state: ViewState): Step => {
	const reason = hindrance(state, 'pause');
	if (reason !== undefined) return tell(state, reason);
	return state.latest.paused
		? send(state, {command: 'resume'}, 'the load goes on')
		: send(state, {command: 'pause'}, 'pausing the load');
};

const quarter = 1.25;

/** A quarter more or less, in two digits, and always another number. */
const changed = (value: number, up: boolean): number => {
	const next = Number((up ? value * quarter : value / quarter).toPrecision(2));
	const different = Math.round(next) === Math.round(value) ? value + (up ? 1 : -1) : next;
	return Math.max(1, Math.round(different));
};

/** Sets the connections or the rate of the whole load. */
export const steerTo = (state: ViewState, what: 'connections' | 'rate', value: number): Step => {
	const reason = hindrance(state, what);
	if (reason !== undefined) return tell(state, reason);
	const word = what === 'rate' ? `rate ${formatRate(value)}/s` : `${value} connections`;
	return send(state, {command: 'steer', [what]: value}, `asking for ${word}`);
};

/** Raises or lowers the connections or the rate by a quarter. */
export const steerBy = (state: ViewState, what: 'connections' | 'rate', up: boolean): Step => {
	const now = state.latest.load[what];
	const reason = hindrance(state, what);
	if (reason !== undefined || now === undefined) return tell(state, reason ?? `this run has no ${what} to change`);
	const value = changed(now, up);
	return value === now ? tell(state, `${what} ${now} is the least`) : steerTo(state, what, value);
};
