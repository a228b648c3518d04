/* Reads memory as fast as the compiler can make it, again and again: two halves at once, as sums of two arrays do, which
   memory gives faster than one.

   Usage: read BYTES MILLISECONDS
   Prints gigabytes a second: the best of many short samples. */
#define _POSIX_C_SOURCE 200112L
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return 1e9 * (double)time.tv_sec + (double)time.tv_nsec;
}

__attribute__((noinline)) static uint64_t any(const uint64_t *words, size_t n) {
  uint64_t bits = 0;
  const uint64_t *others = words + n / 2;
  for (size_t i = 0; i < n / 2; i++) bits |= words[i] | others[i];
  return bits;
}

static volatile uint64_t sink;

int main(int count, char **arguments) {
  if (count != 3) return 1;
  size_t bytes = strtoull(arguments[1], NULL, 10);
  double budget = 1e6 * strtod(arguments[2], NULL);
  void *memory = NULL;
  if (posix_memalign(&memory, 64, bytes) != 0) return 1;
  memset(memory, 1, bytes);
  size_t calls = 1 + (1 << 22) / bytes;
  double best = 1e300, end = now() + budget;
  for (int taken = 0; taken < 3 || now() < end; taken++) {
    double start = now();
    for (size_t i = 0; i < calls; i++) {
      sink = any(memory, bytes / 8);
      __asm__ volatile("" ::: "memory"); /* or the compiler takes the call out of the loop */
    }
    double each = (now() - start) / (double)calls;
    if (each < best) best = each;
  }
  printf("%.6g\n", (double)bytes / best);
  return 0;
}
