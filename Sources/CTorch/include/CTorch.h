// The only door to libtorch: a C header, so that no C++ type and no C++ exception passes.
//
// Every function that can fail returns a ct_status; the message is owned by the caller and freed
// with ct_string_free. Functions that return a plain value cannot fail. Handles are owned by the
// caller and given back with the matching _free function.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __clang__
#pragma clang assume_nonnull begin
#define CT_NULLABLE _Nullable
#define CT_NONNULL _Nonnull
#else
#define CT_NULLABLE
#define CT_NONNULL
#endif

#ifdef __cplusplus
#define CT_NOEXCEPT noexcept
extern "C" {
#else
#define CT_NOEXCEPT
#endif

// One owned reference to a tensor.
typedef struct ct_tensor_s *ct_tensor;
// A resolved operator; lives for ever.
typedef const struct ct_operator_s *ct_operator;
// One owned source of random numbers on the CPU.
typedef struct ct_generator_s *ct_generator;
// An entered inference-mode scope; must be left on the thread that entered it.
typedef struct ct_inference_s *ct_inference;
// What the default source of random numbers on the CPU was before a scope began.
typedef struct ct_default_randomness_s *ct_default_randomness;

// MARK: Status

typedef enum ct_code {
  CT_CODE_OK = 0,
  CT_CODE_ENGINE,         // libtorch refused, for instance because of a shape
  CT_CODE_OUT_OF_MEMORY,  // host or device memory is exhausted
  CT_CODE_NOT_FOUND,      // no such operator
  CT_CODE_ARGUMENT        // an argument does not fit the operator's schema
} ct_code;

typedef struct ct_status {
  ct_code code;
  char *CT_NULLABLE message;
} ct_status;

void ct_string_free(char *CT_NULLABLE string) CT_NOEXCEPT;

// MARK: Values

// What a ct_value holds. Element types, layouts and memory formats are integers (c10's numbering).
typedef enum ct_tag {
  CT_TAG_DEFAULT = 0,  // argument only: take the schema's default
  CT_TAG_NONE,
  CT_TAG_TENSOR,     // pointer: ct_tensor
  CT_TAG_INTEGER,    // integer
  CT_TAG_REAL,       // real
  CT_TAG_BOOL,       // integer: 0 or 1
  CT_TAG_STRING,     // pointer: const char *, zero-terminated
  CT_TAG_DEVICE,     // pointer: const char *, such as "cpu" or "cuda:0"
  CT_TAG_GENERATOR,  // pointer: ct_generator
  CT_TAG_INTEGERS,   // pointer: const int64_t *, count
  CT_TAG_REALS,      // pointer: const double *, count
  CT_TAG_BOOLS,      // pointer: const bool *, count
  CT_TAG_TENSORS     // pointer: const ct_tensor *, count; null elements mean "none"
} ct_tag;

typedef struct ct_value {
  ct_tag tag;
  int64_t integer;
  double real;
  const void *CT_NULLABLE pointer;
  size_t count;
} ct_value;

// Frees what a result of ct_operator_call owns, tensors excepted: only the list itself.
void ct_value_free_list(ct_value value) CT_NOEXCEPT;

// MARK: Operators

typedef struct ct_argument {
  const char *name;
  const char *type;  // the schema's text, such as "Tensor?" or "SymInt[2]"
  bool has_default;
} ct_argument;

ct_status ct_operator_find(const char *name, const char *overload,
                           ct_operator CT_NULLABLE *CT_NONNULL out) CT_NOEXCEPT;
size_t ct_operator_argument_count(ct_operator op) CT_NOEXCEPT;
ct_argument ct_operator_argument(ct_operator op, size_t index) CT_NOEXCEPT;
size_t ct_operator_result_count(ct_operator op) CT_NOEXCEPT;
// Whether the schema says that the argument is written to.
bool ct_operator_writes(ct_operator op, size_t index) CT_NOEXCEPT;
// Whether the schema says that results share memory with the argument.
bool ct_operator_aliases(ct_operator op, size_t index) CT_NOEXCEPT;
// Whether a value of this kind can be passed at this position.
bool ct_operator_accepts(ct_operator op, size_t index, ct_tag tag) CT_NOEXCEPT;

// Calls with one value per argument of the schema. Tensors among the results are owned by the
// caller; lists of them too, and the list itself is given back with ct_value_free_list.
ct_status ct_operator_call(ct_operator op, const ct_value *arguments, size_t count,
                           ct_value *results, size_t capacity, size_t *result_count) CT_NOEXCEPT;

// MARK: Tensors

// Copies `bytes` (dense, row by row) into a new tensor on the CPU.
ct_status ct_tensor_copy(const void *bytes, int32_t type, const int64_t *sizes, size_t rank,
                         ct_tensor CT_NULLABLE *CT_NONNULL out) CT_NOEXCEPT;
// A tensor that looks into memory of the caller, which `release(context)` gives back.
// On failure `release` has been called already.
ct_status ct_tensor_borrow(const void *bytes, size_t byte_count, int32_t type,
                           const int64_t *sizes, const int64_t *strides, size_t rank,
                           int64_t offset, void *context, void (*release)(void *CT_NULLABLE context),
                           ct_tensor CT_NULLABLE *CT_NONNULL out) CT_NOEXCEPT;
// Copies the elements, dense and row by row, to `bytes`.
ct_status ct_tensor_read(ct_tensor tensor, void *bytes, size_t byte_count) CT_NOEXCEPT;
void ct_tensor_free(ct_tensor tensor) CT_NOEXCEPT;

size_t ct_tensor_rank(ct_tensor tensor) CT_NOEXCEPT;
void ct_tensor_sizes(ct_tensor tensor, int64_t *sizes) CT_NOEXCEPT;
// The distance, in elements, between neighbours along each dimension.
void ct_tensor_strides(ct_tensor tensor, int64_t *strides) CT_NOEXCEPT;
int32_t ct_tensor_type(ct_tensor tensor) CT_NOEXCEPT;
bool ct_tensor_requires_gradient(ct_tensor tensor) CT_NOEXCEPT;
// The device's name, to be freed with ct_string_free.
char *ct_tensor_device(ct_tensor tensor) CT_NOEXCEPT;
// How many tensors callers own at this moment, in the whole process.
int64_t ct_live_tensors(void) CT_NOEXCEPT;

// MARK: Gradients

// The same elements, cut off from any graph.
ct_status ct_tensor_detach(ct_tensor tensor, ct_tensor CT_NULLABLE *CT_NONNULL out) CT_NOEXCEPT;
// The same elements as a leaf of a new graph.
ct_status ct_tensor_leaf(ct_tensor tensor, ct_tensor CT_NULLABLE *CT_NONNULL out) CT_NOEXCEPT;
// torch::autograd::grad in full. `output_gradients` may be null, and so may its elements; a null
// in `gradients` means that the input was not used (only with allow_unused).
ct_status ct_gradients(const ct_tensor CT_NONNULL *CT_NONNULL outputs, size_t output_count,
                       const ct_tensor CT_NULLABLE *CT_NULLABLE output_gradients,
                       const ct_tensor CT_NONNULL *CT_NONNULL inputs, size_t input_count,
                       bool retain_graph, bool create_graph, bool allow_unused,
                       ct_tensor CT_NULLABLE *CT_NONNULL gradients) CT_NOEXCEPT;

// Modes of the calling thread.
bool ct_gradient_mode(void) CT_NOEXCEPT;
void ct_set_gradient_mode(bool enabled) CT_NOEXCEPT;
ct_status ct_inference_enter(ct_inference CT_NULLABLE *CT_NONNULL out) CT_NOEXCEPT;
void ct_inference_leave(ct_inference scope) CT_NOEXCEPT;

// MARK: Randomness, threads, devices

ct_status ct_generator_make(uint64_t seed, ct_generator CT_NULLABLE *CT_NONNULL out) CT_NOEXCEPT;
void ct_generator_free(ct_generator generator) CT_NOEXCEPT;
// Seeds the source that operators draw from when they are given none, such as dropout; leaving
// puts it back where it was. The source is one for the process.
ct_status ct_default_randomness_enter(uint64_t seed,
                                      ct_default_randomness CT_NULLABLE *CT_NONNULL out) CT_NOEXCEPT;
void ct_default_randomness_leave(ct_default_randomness scope) CT_NOEXCEPT;

int32_t ct_thread_count(void) CT_NOEXCEPT;
ct_status ct_set_thread_count(int32_t count) CT_NOEXCEPT;

// Tells the allocator of the process to keep freed memory for the next tensor instead of giving it
// back; without effect where the allocator is not glibc's. Call it before other threads allocate.
void ct_keep_freed_memory(void) CT_NOEXCEPT;

// How many devices of a kind ("cuda", "mps") this machine offers to this libtorch.
int32_t ct_device_count(const char *kind) CT_NOEXCEPT;
// The version of libtorch that is linked, such as "2.13.0"; lives for ever.
const char *ct_version(void) CT_NOEXCEPT;

#ifdef __cplusplus
}
#endif
#ifdef __clang__
#pragma clang assume_nonnull end
#endif
