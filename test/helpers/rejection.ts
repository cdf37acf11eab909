import {BenchtopError} from '../../source/errors.ts';

/** The BenchtopError that a promise is rejected with; anything else is thrown on. */
export const rejectionOf = async (work: Promise<unknown>): Promise<BenchtopError> => {
	const thrown = await work.then(
		() => new Error('It was expected to reject.'),
		(error: unknown) => error,
	);
	if (thrown instanceof BenchtopError) return thrown;
	throw thrown;
};
