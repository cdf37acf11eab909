/** The part of systeminformation that benchtop uses. It reads by starting programs: dear, and never on the hot path. */
export type Hardware = Pick<
	typeof import('systeminformation'),
	'currentLoad' | 'mem' | 'disksIO' | 'networkStats' | 'osInfo' | 'system'
>;

/** Loads systeminformation, which only platforms without /proc need. */
export const loadHardware = async (): Promise<Hardware> => import('systeminformation');
