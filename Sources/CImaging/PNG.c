#include "CImaging.h"

#include <png.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
  const uint8_t *bytes;
  size_t count;
  size_t position;
} source;

static void leave_with_message(png_structp png, png_const_charp text) {
  char *message = png_get_error_ptr(png);
  strncpy(message, text, CIMAGING_MESSAGE_CAPACITY - 1);
  message[CIMAGING_MESSAGE_CAPACITY - 1] = '\0';
  png_longjmp(png, 1);
}

static void ignore_warning(png_structp png, png_const_charp text) {
  (void)png;
  (void)text;
}

// MARK: Reading

static void read_from_source(png_structp png, png_bytep target, size_t length) {
  source *from = png_get_io_ptr(png);
  if (length > from->count - from->position) png_error(png, "the file ends too early");
  memcpy(target, from->bytes + from->position, length);
  from->position += length;
}

static bool start_reading(png_structp *png, png_infop *info, source *from, char *message) {
  strcpy(message, "out of memory");
  *info = NULL;
  *png = png_create_read_struct(PNG_LIBPNG_VER_STRING, message, leave_with_message, ignore_warning);
  if (*png != NULL) *info = png_create_info_struct(*png);
  if (*info == NULL) {
    png_destroy_read_struct(png, info, NULL);
    return false;
  }
  png_set_read_fn(*png, from, read_from_source);
  // The caller has its own limits, with texts for people.
  png_set_user_limits(*png, PNG_UINT_31_MAX, PNG_UINT_31_MAX);
  // Colour profiles, texts and the like do not change 8-bit samples: they are not even parsed.
  png_set_keep_unknown_chunks(*png, PNG_HANDLE_CHUNK_NEVER, NULL, -1);
  return true;
}

bool cimaging_png_read_header(const uint8_t *bytes, size_t count, cimaging_png_header *header,
                              char *message) {
  source from = {bytes, count, 0};
  png_structp png;
  png_infop info;
  if (!start_reading(&png, &info, &from, message)) return false;
  if (setjmp(png_jmpbuf(png))) {
    png_destroy_read_struct(&png, &info, NULL);
    return false;
  }
  png_read_info(png, info);
  png_byte colour = png_get_color_type(png, info);
  bool has_alpha = (colour & PNG_COLOR_MASK_ALPHA) != 0 ||
                   png_get_valid(png, info, PNG_INFO_tRNS) != 0;
  header->width = png_get_image_width(png, info);
  header->height = png_get_image_height(png, info);
  header->bits_per_sample = png_get_bit_depth(png, info);
  header->channels = ((colour & PNG_COLOR_MASK_COLOR) != 0 ? 3 : 1) + (has_alpha ? 1 : 0);
  png_destroy_read_struct(&png, &info, NULL);
  return true;
}

bool cimaging_png_read_samples(const uint8_t *bytes, size_t count, uint8_t *samples,
                               size_t sample_count, char *message) {
  source from = {bytes, count, 0};
  png_structp png;
  png_infop info;
  if (!start_reading(&png, &info, &from, message)) return false;
  if (setjmp(png_jmpbuf(png))) {
    png_destroy_read_struct(&png, &info, NULL);
    return false;
  }
  png_read_info(png, info);
  // Palette to RGB, 1, 2 and 4 bits to 8, a transparent colour to alpha.
  png_set_expand(png);
  int passes = png_set_interlace_handling(png);
  png_read_update_info(png, info);
  size_t row_size = png_get_rowbytes(png, info);
  uint32_t height = png_get_image_height(png, info);
  if (row_size == 0 || sample_count % row_size != 0 || sample_count / row_size != height)
    png_error(png, "the sizes in the file disagree");
  for (int pass = 0; pass < passes; pass++)
    for (uint32_t row = 0; row < height; row++) png_read_row(png, samples + row * row_size, NULL);
  // To the last chunk, so that a file that was cut off does not pass.
  png_read_end(png, NULL);
  png_destroy_read_struct(&png, &info, NULL);
  return true;
}

// MARK: Writing

typedef struct {
  cimaging_buffer *buffer;
  size_t capacity;
} sink;

static void write_to_sink(png_structp png, png_bytep bytes, size_t length) {
  sink *to = png_get_io_ptr(png);
  if (length > to->capacity - to->buffer->count) {
    size_t capacity = 2 * to->capacity + length;
    uint8_t *larger = realloc(to->buffer->bytes, capacity);
    if (larger == NULL) png_error(png, "out of memory");
    to->buffer->bytes = larger;
    to->capacity = capacity;
  }
  memcpy(to->buffer->bytes + to->buffer->count, bytes, length);
  to->buffer->count += length;
}

static void nothing_to_flush(png_structp png) { (void)png; }

bool cimaging_png_write(const uint8_t *samples, uint32_t width, uint32_t height, uint8_t channels,
                        cimaging_buffer *encoded, char *message) {
  encoded->bytes = NULL;
  encoded->count = 0;
  sink to = {encoded, 0};
  strcpy(message, "out of memory");
  png_infop info = NULL;
  png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, message, leave_with_message,
                                            ignore_warning);
  if (png != NULL) info = png_create_info_struct(png);
  if (info == NULL) {
    png_destroy_write_struct(&png, &info);
    return false;
  }
  if (setjmp(png_jmpbuf(png))) {
    png_destroy_write_struct(&png, &info);
    return false;
  }
  png_set_write_fn(png, &to, write_to_sink, nothing_to_flush);
  png_set_IHDR(png, info, width, height, 8, channels == 3 ? PNG_COLOR_TYPE_RGB : PNG_COLOR_TYPE_GRAY,
               PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
  png_write_info(png, info);
  size_t row_size = (size_t)width * channels;
  for (uint32_t row = 0; row < height; row++) png_write_row(png, samples + row * row_size);
  png_write_end(png, info);
  png_destroy_write_struct(&png, &info);
  return true;
}

void cimaging_buffer_free(cimaging_buffer *buffer) {
  free(buffer->bytes);
  buffer->bytes = NULL;
  buffer->count = 0;
}
