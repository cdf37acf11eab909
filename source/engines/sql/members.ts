import * as z from 'zod';
import {parseDuration} from '../../core/units.ts';
import {variableName} from '../feeder.ts';
import {protocols} from './plan.ts';
import {statementFault} from './statement.ts';

/** 'simple, extended and prepared'. */
export const protocolNames = (names: readonly string[]): string => names.join(', ').replace(/, ([^,]*)$/, ' and $1');

const isDuration = (text: string | number): boolean => (parseDuration(String(text)) ?? -1) >= 0;
const isThink = (text: string | number): boolean => {
	const bounds = String(text).split('..');
	return bounds.length <= 2 && bounds.every(isDuration);
};

/** The members of a benchmark of a database. */
export const sqlMembers = () => {
	const duration = z.union([z.string(), z.number()]).refine(isDuration, {
		error: ({input}) => `${JSON.stringify(input)} is no duration; one is 500ms, 2s or 1m`,
	});
	const count = (most: number) => z.int().min(1).max(most);
	const sql = z
		.string()
		.min(1)
		.superRefine((text, context) => {
			const message = statementFault(text);
			if (message !== undefined) context.addIssue({code: 'custom', message});
		});
	const name = z.string().min(1).describe('What its figures are told apart by. Default: its first words.');
	const weight = z.number().positive().describe('How often it is chosen, beside the others. Default: 1.');
	const statement = z.union([sql, z.strictObject({name: name.optional(), sql})]);
	const operation = z.union([
		sql,
		z.strictObject({
			name: name.optional(),
			weight: weight.optional(),
			sql: sql.describe('One statement. {{random(1, 1000)}} and {{variables}} go to the database as parameters.'),
		}),
		z.strictObject({
			name: name.optional(),
			weight: weight.optional(),
			begin: z.string().min(1).optional().describe("How the transaction begins. Default: 'begin'."),
			transaction: z
				.array(statement)
				.min(1)
				.describe('Statements between begin and commit: one operation, whose statements are timed each.'),
		}),
	]);
	const order = z.enum(['sequential', 'random', 'unique']);
	const feeder = z.union([
		z.string().min(1),
		z.array(z.record(z.string(), z.json())).min(1),
		z.strictObject({file: z.string().min(1), order: order.optional()}),
		z.strictObject({values: z.array(z.record(z.string(), z.json())).min(1), order: order.optional()}),
	]);
	return z.strictObject({
		sql: z
			.string()
			.min(1)
			.describe('The database: postgres://…, mysql://…, mariadb://…, or sqlite:PATH (relative to this file).'),
		statement: sql.optional().describe('What is asked, where it is one statement.'),
		statements: z
			.array(operation)
			.min(1)
			.optional()
			.describe(
				'What is asked: SQL, or {sql, name, weight}, or {transaction: […], name, weight}; one is chosen each time.',
			),
		pool: count(10_000)
			.optional()
			.describe('Connections, which all users share. Default: 10, or as many as users where these are fewer.'),
		users: count(100_000)
			.optional()
			.describe('Users, who each ask again when their answer is in. Default: as many as connections.'),
		connections: count(10_000).optional().describe('So many users, each with a connection: pool and users at once.'),
		think: z
			.union([z.union([z.string(), z.number()]).refine(isThink), z.strictObject({exponential: duration})], {
				error: 'a think time is 500ms, 1s..5s or {exponential: 2s}',
			})
			.optional()
			.describe('How long a user thinks after each answer: 500ms, 1s..5s, or {exponential: 2s}.'),
		rate: z
			.number()
			.positive()
			.optional()
			.describe('Operations per second that are due, whatever becomes of those before (open loop), instead of users.'),
		arrivals: z.enum(['even', 'poisson']).optional().describe('How those of a rate are spread. Default: even.'),
		precise: z.boolean().optional().describe('With a rate: keeps one core busy to send on time.'),
		seed: z.int().min(0).max(4_294_967_295).optional().describe('Of all that is random. Default: 1.'),
		timeout: duration
			.optional()
			.describe(
				'How long an operation may wait for a connection, and then take: it counts as failed, and is cancelled. Default: 10s.',
			),
		prepared: z
			.boolean()
			.optional()
			.describe('Statements are prepared once on each connection. Default: as the driver of the database does it.'),
		protocol: z
			.enum(protocols)
			.optional()
			.describe(
				'simple: values stand in the text. extended: as parameters, parsed each time. prepared: parsed once on each connection.',
			),
		variables: z
			.record(variableName, z.json())
			.optional()
			.describe("Values by name, filled in anew for each operation: {id: '{{random(1, 1000)}}'}."),
		data: z
			.record(variableName, feeder)
			.optional()
			.describe('Rows of data by name: {user: users.csv} makes {{user.name}} of the column "name".'),
		tls: z.boolean().optional().describe('Speaks TLS, and verifies the certificate. Default: as the URL says.'),
		insecure: z.boolean().optional().describe('Speaks TLS, and takes any certificate.'),
		ca: z.string().min(1).optional().describe('A file of certificates to trust instead of the usual ones (PEM).'),
	});
};
export type SqlMembers = z.infer<ReturnType<typeof sqlMembers>>;
