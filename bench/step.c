// step file command…: runs a program that marks stretches of its main thread by SIGSTOPs to itself, one before and one after
// each, executes these one instruction at a time, and writes how often each address of the lower half of memory was executed:
// lines of "stretch address count". Counts are exact, where a virtual machine has no counters of its processor to ask.
#define _GNU_SOURCE
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

enum { SLOTS = 1 << 20 };

static uint64_t addresses[SLOTS];
static uint64_t counts[SLOTS];

static void count(uint64_t address) {
  size_t slot = (address * 0x9E3779B97F4A7C15u) >> 44;
  while (counts[slot] && addresses[slot] != address) slot = (slot + 1) % SLOTS;
  addresses[slot] = address;
  counts[slot]++;
}

static void dump(FILE *out, int stretch) {
  for (size_t i = 0; i < SLOTS; i++)
    if (counts[i]) fprintf(out, "%d %llx %llu\n", stretch, (unsigned long long)addresses[i], (unsigned long long)counts[i]);
  memset(counts, 0, sizeof counts);
}

int main(int argc, char **argv) {
  if (argc < 3) return 2;
  FILE *out = fopen(argv[1], "w");
  pid_t child = fork();
  if (child == 0) {
    ptrace(PTRACE_TRACEME, 0, 0, 0);
    execvp(argv[2], argv + 2);
    _exit(127);
  }
  int stepping = 0, stretch = 0, status;
  while (waitpid(child, &status, 0) == child && !WIFEXITED(status) && !WIFSIGNALED(status)) {
    int signal = WSTOPSIG(status);
    if (signal == SIGTRAP) {
      signal = 0;
      if (stepping) {
        struct user_regs_struct registers;
        ptrace(PTRACE_GETREGS, child, 0, &registers);
        count(registers.rip);
      }
    } else if (signal == SIGSTOP) {
      signal = 0;
      if (stepping) dump(out, stretch++);
      stepping = !stepping;
    }
    ptrace(stepping ? PTRACE_SINGLESTEP : PTRACE_CONT, child, 0, signal);
  }
  fclose(out);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}
