// PNG through libpng, which reports errors by longjmp: it must not jump over Swift frames, so the
// jumps begin and end here. Every function returns false on an error and then leaves one line of
// text in `message`, which has room for CIMAGING_MESSAGE_CAPACITY characters.
#ifndef CIMAGING_H
#define CIMAGING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CIMAGING_MESSAGE_CAPACITY 160

typedef struct {
  uint32_t width;
  uint32_t height;
  // As stored in the file: 1, 2, 4, 8 or 16.
  uint8_t bits_per_sample;
  // As decoded: 1 grey, 2 grey and alpha, 3 RGB, 4 RGB and alpha.
  uint8_t channels;
} cimaging_png_header;

typedef struct {
  uint8_t *bytes;
  size_t count;
} cimaging_buffer;

// Reads the chunks before the pixels; allocates nothing that depends on the picture's size.
bool cimaging_png_read_header(const uint8_t *bytes, size_t count, cimaging_png_header *header,
                              char *message);

// Decodes to 8 bits per sample, interleaved. `sample_count` must be width × height × channels of
// the header.
bool cimaging_png_read_samples(const uint8_t *bytes, size_t count, uint8_t *samples,
                               size_t sample_count, char *message);

// Encodes 8-bit samples with 1 or 3 channels. The caller frees `encoded` in any case.
bool cimaging_png_write(const uint8_t *samples, uint32_t width, uint32_t height, uint8_t channels,
                        cimaging_buffer *encoded, char *message);

void cimaging_buffer_free(cimaging_buffer *buffer);

#endif
