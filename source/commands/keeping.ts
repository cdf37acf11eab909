import type {Flags} from '../config/flags.ts';
import {BenchtopError} from '../errors.ts';

/** Throws a BenchtopError where flags contradict each other on whether a run is kept. */
export const checkKeeping = (flags: Flags): void => {
	if (flags.has('no-save') && flags.has('store')) {
		throw new BenchtopError('--store and --no-save exclude each other.', {hint: 'Give one of them.'});
	}

	if (flags.has('no-save') && flags.has('baseline')) {
		throw new BenchtopError('--baseline and --no-save exclude each other: without a history there is no baseline.', {
			hint: 'Leave one of them out.',
		});
	}
};
