/** Where a run was made. Facts that could not be read are absent, never guessed. */
export type Environment = {
	readonly hostname: string;
	readonly os: {readonly platform: string; readonly release: string; readonly name?: string};
	readonly cpu: {
		readonly model: string;
		/** Logical cores of the machine. */
		readonly cores: number;
		/** Cores this process may use: affinity and container quota applied. */
		readonly usableCores: number;
		readonly governor?: string;
	};
	readonly memory: {readonly totalBytes: number};
	/** Limits of the container (cgroup), where there are any. */
	readonly container?: {readonly cpus?: number; readonly memoryBytes?: number};
	readonly virtualisation?: string;
	readonly loadAverage: readonly [one: number, five: number, fifteen: number];
	readonly versions: {readonly benchtop: string; readonly node: string; readonly [engine: string]: string};
	readonly git?: {readonly commit: string; readonly branch?: string; readonly dirty: boolean};
};
