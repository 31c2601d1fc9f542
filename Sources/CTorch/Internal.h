// What the translation units of this target share: the handles' insides and the exception funnel.
#pragma once

#if !__has_include(<ATen/ATen.h>)
#error "libtorch was not found: run `make setup`, or set LIBTORCH to the folder that holds include/ and lib/"
#endif

#include <ATen/ATen.h>
#include <ATen/core/dispatch/Dispatcher.h>

#include <exception>
#include <new>
#include <string>

#include "CTorch.h"

struct ct_tensor_s {
  at::Tensor tensor;
  explicit ct_tensor_s(at::Tensor tensor);
  ~ct_tensor_s();
};

struct ct_generator_s {
  at::Generator generator;
};

namespace ct {

ct_status failure(ct_code code, const char *message) noexcept;

// An argument that does not fit a schema; becomes CT_CODE_ARGUMENT.
struct ArgumentError : std::exception {
  explicit ArgumentError(std::string text) : text(std::move(text)) {}
  const char *what() const noexcept override { return text.c_str(); }
  std::string text;
};

// The code for an error that libtorch threw.
ct_code code_of(const c10::Error &error) noexcept;

// Runs `body` and turns whatever it throws into a status. Nothing gets past it.
template <class Body>
ct_status protect(Body &&body) noexcept {
  try {
    body();
    return {CT_CODE_OK, nullptr};
  } catch (const ArgumentError &error) {
    return failure(CT_CODE_ARGUMENT, error.what());
  } catch (const c10::Error &error) {
    return failure(code_of(error), error.what_without_backtrace());
  } catch (const std::bad_alloc &) {
    return failure(CT_CODE_OUT_OF_MEMORY, "out of memory");
  } catch (const std::exception &error) {
    return failure(CT_CODE_ENGINE, error.what());
  } catch (...) {
    return failure(CT_CODE_ENGINE, "an unknown exception");
  }
}

}  // namespace ct
