#include "Internal.h"

#include <ATen/CPUGeneratorImpl.h>
#include <ATen/Parallel.h>
#include <torch/version.h>

#include <atomic>
#include <cstdlib>
#include <cstring>
#include <limits>
#include <memory>
#include <mutex>
#include <vector>

#ifdef __GLIBC__
#include <malloc.h>
#endif

namespace {

std::atomic<int64_t> live_tensors{0};

char *copied(const char *text) noexcept {
  size_t length = std::strlen(text) + 1;
  auto *copy = static_cast<char *>(std::malloc(length));
  if (copy != nullptr) std::memcpy(copy, text, length);
  return copy;
}

at::ScalarType scalar_type(int32_t type) {
  if (type < 0 || type >= static_cast<int32_t>(at::ScalarType::NumOptions)) {
    throw ct::ArgumentError("no such element type: " + std::to_string(type));
  }
  return static_cast<at::ScalarType>(type);
}

}  // namespace

struct ct_default_randomness_s {
  at::Generator generator;
  at::Tensor state;
};

ct_tensor_s::ct_tensor_s(at::Tensor tensor) : tensor(std::move(tensor)) { ++live_tensors; }
ct_tensor_s::~ct_tensor_s() { --live_tensors; }

namespace ct {

ct_status failure(ct_code code, const char *message) noexcept { return {code, copied(message)}; }

ct_code code_of(const c10::Error &error) noexcept {
  // The CPU allocator reports exhaustion as a plain error; only its text tells.
  bool exhausted = dynamic_cast<const c10::OutOfMemoryError *>(&error) != nullptr ||
                   std::strstr(error.what_without_backtrace(), "DefaultCPUAllocator") != nullptr;
  return exhausted ? CT_CODE_OUT_OF_MEMORY : CT_CODE_ENGINE;
}

}  // namespace ct

extern "C" {

void ct_string_free(char *string) noexcept { std::free(string); }

ct_status ct_tensor_copy(const void *bytes, int32_t type, const int64_t *sizes, size_t rank,
                         ct_tensor *out) noexcept {
  return ct::protect([&] {
    auto made = at::empty(at::IntArrayRef(sizes, rank), at::TensorOptions(scalar_type(type)));
    if (made.nbytes() > 0) std::memcpy(made.mutable_data_ptr(), bytes, made.nbytes());
    *out = new ct_tensor_s(std::move(made));
  });
}

ct_status ct_tensor_borrow(const void *bytes, size_t byte_count, int32_t type,
                           const int64_t *sizes, const int64_t *strides, size_t rank,
                           int64_t offset, void *context, void (*release)(void *),
                           ct_tensor *out) noexcept {
  return ct::protect([&] {
    // The storage takes over the context first, so that it is released whatever happens next.
    c10::DataPtr data(const_cast<void *>(bytes), context, release, at::Device(at::kCPU));
    c10::Storage storage(c10::Storage::use_byte_size_t{}, byte_count, std::move(data),
                         /*allocator=*/nullptr, /*resizable=*/false);
    auto made = at::empty({0}, at::TensorOptions(scalar_type(type)));
    made.set_(std::move(storage), offset, at::IntArrayRef(sizes, rank),
              at::IntArrayRef(strides, rank));
    *out = new ct_tensor_s(std::move(made));
  });
}

ct_status ct_tensor_read(ct_tensor tensor, void *bytes, size_t byte_count) noexcept {
  return ct::protect([&] {
    auto dense = tensor->tensor.detach().to(at::kCPU).contiguous();
    if (dense.nbytes() != byte_count) {
      throw ct::ArgumentError("the tensor has " + std::to_string(dense.nbytes()) + " bytes, not " +
                              std::to_string(byte_count));
    }
    if (byte_count > 0) std::memcpy(bytes, dense.const_data_ptr(), byte_count);
  });
}

void ct_tensor_free(ct_tensor tensor) noexcept { delete tensor; }

size_t ct_tensor_rank(ct_tensor tensor) noexcept {
  return static_cast<size_t>(tensor->tensor.dim());
}

void ct_tensor_sizes(ct_tensor tensor, int64_t *sizes) noexcept {
  auto all = tensor->tensor.sizes();
  std::copy(all.begin(), all.end(), sizes);
}

void ct_tensor_strides(ct_tensor tensor, int64_t *strides) noexcept {
  auto all = tensor->tensor.strides();
  std::copy(all.begin(), all.end(), strides);
}

int32_t ct_tensor_type(ct_tensor tensor) noexcept {
  return static_cast<int32_t>(tensor->tensor.scalar_type());
}

bool ct_tensor_requires_gradient(ct_tensor tensor) noexcept {
  return tensor->tensor.requires_grad();
}

char *ct_tensor_device(ct_tensor tensor) noexcept {
  return copied(tensor->tensor.device().str().c_str());
}

int64_t ct_live_tensors(void) noexcept { return live_tensors.load(); }

ct_status ct_generator_make(uint64_t seed, ct_generator *out) noexcept {
  return ct::protect([&] {
    *out = new ct_generator_s{at::make_generator<at::CPUGeneratorImpl>(seed)};
  });
}

void ct_generator_free(ct_generator generator) noexcept { delete generator; }

ct_status ct_default_randomness_enter(uint64_t seed, ct_default_randomness *out) noexcept {
  return ct::protect([&] {
    auto generator = at::detail::getDefaultCPUGenerator();
    std::lock_guard<std::mutex> lock(generator.mutex());
    auto scope = std::make_unique<ct_default_randomness_s>(
        ct_default_randomness_s{generator, generator.get_state()});
    generator.set_current_seed(seed);
    *out = scope.release();
  });
}

void ct_default_randomness_leave(ct_default_randomness scope) noexcept {
  {
    std::lock_guard<std::mutex> lock(scope->generator.mutex());
    scope->generator.set_state(scope->state);  // its own earlier state always fits
  }
  delete scope;
}

int32_t ct_thread_count(void) noexcept { return at::get_num_threads(); }

ct_status ct_set_thread_count(int32_t count) noexcept {
  return ct::protect([&] { at::set_num_threads(count); });
}

void ct_keep_freed_memory(void) noexcept {
#ifdef __GLIBC__
  // Larger blocks would be mapped anew each time, and the system would clear every page of them.
  mallopt(M_MMAP_THRESHOLD, 1 << 30);
  mallopt(M_TRIM_THRESHOLD, std::numeric_limits<int>::max());
#endif
}

int32_t ct_device_count(const char *kind) noexcept {
  try {
    auto type = c10::Device(kind).type();
    if (type == at::kCPU) return 1;
    return at::globalContext().getAcceleratorHooksInterface(type).deviceCount();
  } catch (...) {
    return 0;  // a libtorch without this backend answers by throwing
  }
}

const char *ct_version(void) noexcept { return TORCH_VERSION; }

}  // extern "C"
