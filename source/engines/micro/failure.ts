import {printable} from '../../core/printable.ts';
import {formatDuration} from '../../core/units.ts';
import type {MicroMessage} from './messages.ts';
import type {MeasuringEnding} from './process.ts';

/** How a function could not be measured: as an outcome, and in words beside its name. */
export type Failure = {readonly outcome: string; readonly text: string};

export const thrownFailure = (message: MicroMessage & {readonly kind: 'threw'}): Failure => {
	const {stage, size, where} = message;
	const threw = `${stage === 'run' ? '' : `${stage} `}threw ${printable(message.name)}`;
	return {
		outcome: threw,
		text: `${size === undefined ? '' : `n=${size} `}${threw}${where === undefined ? '' : ` at ${where}`}: ${printable(message.message)}`,
	};
};

/** What the end of a measuring process says against it; `timeout`: the milliseconds after which it was given up. */
export const failureOf = (ending: MeasuringEnding, timeout: number): Failure | undefined => {
	switch (ending.kind) {
		case 'overdue':
			return {
				outcome: 'timeout',
				text: `was given up: its process had not ended ${formatDuration(timeout)} after its time`,
			};
		case 'crashed': {
			const {how, lastWords} = ending;
			return {
				outcome: how,
				text:
					how === 'exit 0'
						? 'was not measured: its process ended in the midst of it, since a promise waited for what nothing was going to bring, or since the function ended it'
						: `was not measured: its process ended with ${how}${lastWords.length === 0 ? '' : `: ${lastWords.join(' ')}`}`,
			};
		}
		default:
			return undefined;
	}
};
