/*
 * The plain loop that af-packet.bench.ts compares with, and its paced sender.
 *   af-packet send INTERFACE COUNT PER_SECOND BURST   PER_SECOND 0: as fast as the driver takes them
 *   af-packet receive INTERFACE COUNT WARM_UP          the first WARM_UP frames are not measured
 * Prints JSON: frames, CPU time of the process and wall time, both in microseconds, kernel drops.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>

#define BATCH 64
#define SLOT 4608
#define FRAME 1400
#define ETH_P_ALL 3

static double cpu_us(void) {
  struct rusage usage;
  getrusage(RUSAGE_SELF, &usage);
  return (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1e6 + usage.ru_utime.tv_usec + usage.ru_stime.tv_usec;
}

static double wall_us(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * 1e6 + now.tv_nsec / 1e3;
}

static int open_socket(const char *name, int protocol) {
  int fd = socket(AF_PACKET, SOCK_RAW | SOCK_NONBLOCK, 0);
  int size = 8 * 1024 * 1024, one = 1;
  if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof size) < 0)
    setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof size);
  setsockopt(fd, SOL_PACKET, PACKET_IGNORE_OUTGOING, &one, sizeof one);
  struct sockaddr_ll address = {.sll_family = AF_PACKET, .sll_protocol = htons(protocol), .sll_ifindex = if_nametoindex(name)};
  if (fd < 0 || bind(fd, (struct sockaddr *)&address, sizeof address) < 0) {
    perror(name);
    exit(1);
  }
  return fd;
}

static void report(long frames, double cpu, double wall, unsigned drops) {
  printf("{\"frames\":%ld,\"cpuUs\":%.0f,\"wallUs\":%.0f,\"drops\":%u}\n", frames, cpu, wall, drops);
}

static void send_frames(const char *name, long count, long per_second, long burst) {
  static unsigned char frame[FRAME] = {0, 0, 12, 0, 4, 0x80, 0, 0, 12, 8, 0, 0, 8, 1, 0, 0, 0xff, 255, 255, 255, 255, 255,
                                       0x13, 0x12, 0x34, 0x56, 0x78, 0x90, 0x13, 0x12, 0x34, 0x56, 0x78, 0x90};
  int fd = open_socket(name, 0);
  struct timespec due;
  clock_gettime(CLOCK_MONOTONIC, &due);
  double cpu = cpu_us(), wall = wall_us();
  for (long i = 0; i < count; i++) {
    if (per_second > 0 && i % burst == 0) {
      due.tv_nsec += burst * 1000000000L / per_second;
      while (due.tv_nsec >= 1000000000L) due.tv_nsec -= 1000000000L, due.tv_sec++;
      clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &due, NULL);
    }
    while (send(fd, frame, FRAME, MSG_DONTWAIT) < 0 && (errno == ENOBUFS || errno == EAGAIN)) poll(NULL, 0, 1);
  }
  report(count, cpu_us() - cpu, wall_us() - wall, 0);
}

static void receive_frames(const char *name, long count, long warm_up) {
  static unsigned char frames[BATCH][SLOT];
  static struct iovec parts[BATCH];
  static struct mmsghdr headers[BATCH];
  int fd = open_socket(name, ETH_P_ALL);
  for (int i = 0; i < BATCH; i++) {
    parts[i] = (struct iovec){frames[i], SLOT};
    headers[i].msg_hdr.msg_iov = &parts[i];
    headers[i].msg_hdr.msg_iovlen = 1;
  }
  long received = 0, measured = 0;
  // Each frame is looked at, as its reader would.
  volatile unsigned sum = 0;
  double cpu = 0, wall = 0, wall_end = 0;
  struct pollfd waiting = {.fd = fd, .events = POLLIN};
  printf("ready\n");
  fflush(stdout);
  while (received < count) {
    if (poll(&waiting, 1, 3000) == 0) break;
    int got = recvmmsg(fd, headers, BATCH, MSG_DONTWAIT, NULL);
    for (int i = 0; i < got; i++) sum += frames[i][16] + headers[i].msg_len;
    if (got <= 0) continue;
    if (received >= warm_up) {
      if (cpu == 0) cpu = cpu_us(), wall = wall_us();
      else measured += got;
    }
    received += got;
    wall_end = wall_us();
  }
  double cpu_end = cpu_us();
  struct tpacket_stats stats = {0};
  socklen_t length = sizeof stats;
  getsockopt(fd, SOL_PACKET, PACKET_STATISTICS, &stats, &length);
  report(measured, cpu_end - cpu, wall_end - wall, stats.tp_drops);
}

int main(int argc, char **argv) {
  if (argc == 6 && strcmp(argv[1], "send") == 0) send_frames(argv[2], atol(argv[3]), atol(argv[4]), atol(argv[5]));
  else if (argc == 5 && strcmp(argv[1], "receive") == 0) receive_frames(argv[2], atol(argv[3]), atol(argv[4]));
  else return 64;
  return 0;
}
