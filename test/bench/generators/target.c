// A target that costs next to nothing and logs when each request came, so that what is seen at it is the generator's doing.
// target <body bytes> <service µs> <frozen µs> <period µs>
// Prints its port. Answers every request, in its order; while frozen (at the end of each period) nothing. At the end of
// its input it writes its log to standard output: for each request the nanoseconds of its arrival, as 8 bytes each.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

typedef struct {
	int socket;
	uint64_t due;
} Waiting;

enum { mostEvents = 1024, mostWaiting = 1 << 20, mostSockets = 1 << 20 };

static uint64_t *arrivals;
static size_t count, room;
static Waiting *waiting;
static size_t first, last;
// How much of the end of a request each socket has shown: the length of the matched part of \r\n\r\n.
static unsigned char *matched;
static char *reply;
static size_t replyLength;
static uint64_t service, frozen, period, began;

static uint64_t now(void) {
	struct timespec time;
	clock_gettime(CLOCK_MONOTONIC, &time);
	return (uint64_t)time.tv_sec * 1000000000u + (uint64_t)time.tv_nsec;
}

static void die(const char *what) {
	perror(what);
	exit(1);
}

static void answer(int socket) {
	size_t written = 0;
	while (written < replyLength) {
		ssize_t more = send(socket, reply + written, replyLength - written, MSG_NOSIGNAL);
		if (more > 0) {
			written += (size_t)more;
			continue;
		}
		if (more < 0 && errno == EAGAIN) {
			// A large body and a slow reader: wait for it.
			fd_set set;
			struct timeval limit = {.tv_sec = 0, .tv_usec = 1000};
			FD_ZERO(&set);
			if (socket < FD_SETSIZE) FD_SET(socket, &set);
			select(socket < FD_SETSIZE ? socket + 1 : 0, NULL, &set, NULL, &limit);
			continue;
		}
		return;
	}
}

static uint64_t dueAt(uint64_t at) {
	uint64_t ready = at + service;
	if (period == 0) return ready;
	uint64_t phase = (ready - began) % period;
	return phase < period - frozen ? ready : ready + (period - phase);
}

static void log_(uint64_t at) {
	if (count == room) {
		room = room == 0 ? 1 << 16 : room * 2;
		arrivals = realloc(arrivals, room * sizeof *arrivals);
		if (arrivals == NULL) die("realloc");
	}
	arrivals[count++] = at;
}

// Nothing overtakes: the service is constant and a freeze holds all alike.
static void flush(int timer) {
	uint64_t at = now();
	while (first != last && waiting[first % mostWaiting].due <= at) {
		answer(waiting[first % mostWaiting].socket);
		first++;
	}
	struct itimerspec next = {0};
	if (first != last) {
		uint64_t due = waiting[first % mostWaiting].due;
		next.it_value.tv_sec = (time_t)(due / 1000000000u);
		next.it_value.tv_nsec = (long)(due % 1000000000u);
	}
	timerfd_settime(timer, TFD_TIMER_ABSTIME, &next, NULL);
}

static void take(int socket, uint64_t at, const char *bytes, ssize_t length) {
	static const char end[] = "\r\n\r\n";
	for (ssize_t index = 0; index < length; index++) {
		unsigned char state = matched[socket];
		matched[socket] = bytes[index] == end[state] ? state + 1 : bytes[index] == '\r';
		if (matched[socket] < 4) continue;
		matched[socket] = 0;
		log_(at);
		if (service == 0 && period == 0) {
			answer(socket);
			continue;
		}
		waiting[last % mostWaiting] = (Waiting){socket, dueAt(at)};
		last++;
	}
}

int main(int argc, char **argv) {
	if (argc != 5) return 2;
	size_t body = (size_t)atol(argv[1]);
	service = (uint64_t)atol(argv[2]) * 1000u;
	frozen = (uint64_t)atol(argv[3]) * 1000u;
	period = (uint64_t)atol(argv[4]) * 1000u;
	waiting = malloc(mostWaiting * sizeof *waiting);
	matched = calloc(mostSockets, 1);
	reply = malloc(body + 200);
	if (waiting == NULL || matched == NULL || reply == NULL) die("malloc");
	int head = sprintf(reply, "HTTP/1.1 200 OK\r\nConnection: keep-alive\r\nContent-Length: %zu\r\n\r\n", body);
	memset(reply + head, 'x', body);
	replyLength = (size_t)head + body;

	struct rlimit files;
	getrlimit(RLIMIT_NOFILE, &files);
	files.rlim_cur = files.rlim_max;
	setrlimit(RLIMIT_NOFILE, &files);

	int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
	struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t size = sizeof address;
	if (listener < 0 || bind(listener, (struct sockaddr *)&address, size) < 0 || listen(listener, 16384) < 0) die("listen");
	getsockname(listener, (struct sockaddr *)&address, &size);
	printf("%d\n", ntohs(address.sin_port));
	fflush(stdout);

	int epoll = epoll_create1(0);
	int timer = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK);
	int watched[] = {listener, timer, 0};
	for (int index = 0; index < 3; index++) {
		struct epoll_event event = {.events = EPOLLIN, .data.fd = watched[index]};
		if (epoll_ctl(epoll, EPOLL_CTL_ADD, watched[index], &event) < 0) die("epoll_ctl");
	}

	began = now();
	static char bytes[65536];
	static struct epoll_event events[mostEvents];
	for (;;) {
		int ready = epoll_wait(epoll, events, mostEvents, -1);
		for (int index = 0; index < ready; index++) {
			int from = events[index].data.fd;
			if (from == listener) {
				int client;
				while ((client = accept4(listener, NULL, NULL, SOCK_NONBLOCK)) >= 0) {
					int yes = 1;
					setsockopt(client, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
					struct epoll_event event = {.events = EPOLLIN, .data.fd = client};
					matched[client] = 0;
					if (epoll_ctl(epoll, EPOLL_CTL_ADD, client, &event) < 0) close(client);
				}
			} else if (from == timer) {
				uint64_t times;
				if (read(timer, &times, sizeof times) < 0) continue;
			} else {
				ssize_t length = read(from, bytes, sizeof bytes);
				if (from == 0) {
					if (length > 0) continue;
					fwrite(arrivals, sizeof *arrivals, count, stdout);
					fflush(stdout);
					return 0;
				}
				if (length > 0) take(from, now(), bytes, length);
				else if (length == 0 || errno != EAGAIN) close(from);
			}
		}
		if (service != 0 || period != 0) flush(timer);
	}
}
