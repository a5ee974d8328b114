/* The floor of arithmetic: what demand alone costs in C, its noise drawn by counting.
 *
 * For each of HOMES homes, whose state stays in the first-level cache, and each half hour: a word
 * of 64 bits from the home's key and the count (SplitMix64: Steele, Lea and Flood 2014,
 * 10.1145/2660193.2660195); its four quarters summed as an almost normal number (Irwin-Hall); a
 * first-order autoregression; its exponential; the home's whole Wh. No sun, no market, no money.
 */
#include <stdint.h>

enum { HOMES = 1024 };

static const uint64_t GOLDEN = 0x9E3779B97F4A7C15u;

/* Of the last half hour's noise 0.7 stays, and the noise of all times has a deviation of 0.3
 * (assumptions; they cost the same whatever they are). Four even words of 16 bits sum to
 * 131,070 in the mean, with a deviation of 65,536 / sqrt(3) = 37,837. */
static const float STAYS = 0.7f;
static const float INNOVATION = 0.3f * 0.714142843f / 37837.2f; /* sqrt(1 - 0.7^2) = 0.7141... */
static const float MEAN = 131070.0f;

static uint64_t key[HOMES];
static float factor[HOMES], noise[HOMES];
int32_t floor_net_wh[HOMES]; /* for all to see, or a compiler would not write it */

int floor_homes(void) { return HOMES; }

void floor_begin(void) {
  for (int h = 0; h < HOMES; h++) {
    key[h] = GOLDEN * GOLDEN * (uint64_t)(h + 1);
    factor[h] = 0.5f + (float)h / HOMES;
    noise[h] = 0.0f;
  }
}

/* e^x for |x| < 2, to 1 in 10,000: Taylor's polynomial of e^(x/8) to the fourth power, squared
 * thrice. */
static inline float exponential(float x) {
  const float y = 0.125f * x;
  float e = 1.0f + y * (1.0f + y * (0.5f + y * (1.0f / 6 + y * (1.0f / 24))));
  e *= e;
  e *= e;
  return e * e;
}

static int64_t half_hour(uint64_t count, float profile_wh) {
  int32_t sum = 0;
  for (int h = 0; h < HOMES; h++) {
    uint64_t word = key[h] + count * GOLDEN;
    word = (word ^ (word >> 30)) * 0xBF58476D1CE4E5B9u;
    word = (word ^ (word >> 27)) * 0x94D049BB133111EBu;
    word ^= word >> 31;
    const uint64_t pairs = (word & 0x0000FFFF0000FFFFu) + (word >> 16 & 0x0000FFFF0000FFFFu);
    const int32_t quarters = (int32_t)(uint32_t)(pairs + (pairs >> 32));
    const float now = STAYS * noise[h] + INNOVATION * ((float)quarters - MEAN);
    const int32_t wh = (int32_t)(profile_wh * factor[h] * exponential(now) + 0.5f);
    noise[h] = now;
    floor_net_wh[h] = -wh;
    sum += wh;
  }
  return sum;
}

/* Live half hours [first, first + count); what all homes used [Wh]. */
int64_t floor_live(uint64_t first, uint64_t count) {
  int64_t used_wh = 0;
  for (uint64_t t = first; t < first + count; t++)
    used_wh += half_hour(t, 100.0f + (float)(t % 48));
  return used_wh;
}
