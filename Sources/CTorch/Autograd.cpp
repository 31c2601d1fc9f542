#include "Internal.h"

#include <c10/core/InferenceMode.h>
#include <torch/csrc/autograd/autograd.h>

struct ct_inference_s {
  c10::InferenceMode guard;
};

extern "C" {

ct_status ct_tensor_detach(ct_tensor tensor, ct_tensor *out) noexcept {
  return ct::protect([&] { *out = new ct_tensor_s(tensor->tensor.detach()); });
}

ct_status ct_tensor_leaf(ct_tensor tensor, ct_tensor *out) noexcept {
  return ct::protect(
      [&] { *out = new ct_tensor_s(tensor->tensor.detach().requires_grad_(true)); });
}

ct_status ct_gradients(const ct_tensor *outputs, size_t output_count,
                       const ct_tensor *output_gradients, const ct_tensor *inputs,
                       size_t input_count, bool retain_graph, bool create_graph,
                       bool allow_unused, ct_tensor *gradients) noexcept {
  return ct::protect([&] {
    torch::autograd::variable_list from, weights, to;
    for (size_t i = 0; i < output_count; ++i) {
      from.push_back(outputs[i]->tensor);
      if (output_gradients != nullptr) {
        weights.push_back(output_gradients[i] == nullptr ? at::Tensor()
                                                         : output_gradients[i]->tensor);
      }
    }
    for (size_t i = 0; i < input_count; ++i) to.push_back(inputs[i]->tensor);
    auto found =
        torch::autograd::grad(from, to, weights, retain_graph, create_graph, allow_unused);
    for (size_t i = 0; i < input_count; ++i) {
      gradients[i] = found[i].defined() ? new ct_tensor_s(found[i]) : nullptr;
    }
  });
}

bool ct_gradient_mode(void) noexcept { return at::GradMode::is_enabled(); }

void ct_set_gradient_mode(bool enabled) noexcept { at::GradMode::set_enabled(enabled); }

ct_status ct_inference_enter(ct_inference *out) noexcept {
  return ct::protect([&] { *out = new ct_inference_s(); });
}

void ct_inference_leave(ct_inference scope) noexcept { delete scope; }

}  // extern "C"
