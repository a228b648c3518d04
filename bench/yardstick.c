/* The yardstick: the three sums as one would write them in C, for the compiler to vectorize. Float accumulators,
   which lose digits in long sums (see the error column); the point here is the time.

   Usage: yardstick LENGTH MILLISECONDS LEAST_SAMPLES
   Prints the widest vectors it was compiled for, the Dice coefficient, then nanoseconds of one call, a sample a line. */
#define _POSIX_C_SOURCE 200112L
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#if defined(__AVX512F__)
#define VECTORS "AVX-512"
#elif defined(__AVX2__)
#define VECTORS "AVX2"
#elif defined(__SSE2__)
#define VECTORS "SSE"
#else
#define VECTORS "other"
#endif

static const double LEAST_SAMPLE = 5e4;

__attribute__((noinline)) static float dice(const float *p, const float *t, size_t n) {
  float intersection = 0, prediction = 0, target = 0;
  for (size_t i = 0; i < n; i++) {
    intersection += p[i] * t[i];
    prediction += p[i];
    target += t[i];
  }
  return (2 * intersection + 1) / (prediction + target + 1);
}

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return 1e9 * (double)time.tv_sec + (double)time.tv_nsec;
}

/* The generator of data.ts. */
static float uniform(uint32_t *seed) {
  uint32_t x = *seed += 0x6d2b79f5u;
  x = (x ^ (x >> 15)) * (x | 1);
  x ^= x + (x ^ (x >> 7)) * (x | 61);
  return (float)((x ^ (x >> 14)) >> 8) / 16777216.0f;
}

static float *array(size_t n) {
  void *memory = NULL;
  if (posix_memalign(&memory, 64, n * sizeof(float)) != 0) exit(1);
  return memory;
}

static volatile float sink;

static double sample(const float *p, const float *t, size_t n, size_t calls) {
  double start = now();
  for (size_t i = 0; i < calls; i++) {
    sink = dice(p, t, n);
    __asm__ volatile("" ::: "memory"); /* or the compiler takes the call out of the loop */
  }
  return now() - start;
}

int main(int count, char **arguments) {
  if (count != 4) return 1;
  size_t n = strtoull(arguments[1], NULL, 10);
  double budget = 1e6 * strtod(arguments[2], NULL);
  int least = atoi(arguments[3]);

  float *p = array(n), *t = array(n);
  uint32_t seed = 1945;
  for (size_t i = 0; i < n; i++) p[i] = uniform(&seed);
  seed = 1948;
  for (size_t i = 0; i < n; i++) t[i] = uniform(&seed) < 0.25f ? 1 : 0;

  printf("%s\n%.9g\n", VECTORS, (double)dice(p, t, n));
  size_t calls = 1;
  while (sample(p, t, n, calls) < LEAST_SAMPLE) calls *= 2;
  double end = now() + budget / 4; /* a fresh process on a clock that is still rising */
  do sample(p, t, n, calls);
  while (now() < end);
  end = now() + budget;
  for (int taken = 0; taken < least || now() < end; taken++) printf("%.6g\n", sample(p, t, n, calls) / (double)calls);
  return 0;
}
