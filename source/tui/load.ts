/** What of a plan the header tells. Engines have plans of their own, so each part may be missing. */
export type Load = {
	readonly connections: number | undefined;
	/** Operations per second that are to begin. */
	readonly rate: number | undefined;
	readonly threads: number | undefined;
};

const numberIn = (value: unknown, name: string): number | undefined => {
	if (typeof value !== 'object' || value === null) return undefined;
	const found: unknown = Object.entries(value).find(([key]) => key === name)?.[1];
	return typeof found === 'number' && Number.isFinite(found) ? found : undefined;
};

/** The connections, rate and threads of an engine's plan, where it has them. */
export const loadOf = (plan: {readonly load: unknown; readonly workers: number} | undefined): Load => ({
	connections: numberIn(plan?.load, 'connections'),
	rate: numberIn(plan?.load, 'rate'),
	threads: plan?.workers,
});
