// Operators by name, through libtorch's boxed dispatcher. The schema decides how each argument is
// packed, so that an empty list has the right element type.

#include "Internal.h"

#include <ATen/ScalarOps.h>

#include <cstdlib>
#include <map>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

namespace {

// What the schema wants at one position.
enum class Kind {
  tensor, integer, real, number, boolean, string, device, generator,
  integers, reals, booleans, tensors, optional_tensors, strings, unsupported
};

struct Parameter {
  std::string name;
  std::string type;
  Kind kind;
  bool optional;
  bool has_default;
  bool aliased;
  bool written;
  size_t fixed_length;  // of a list such as int[2]; 0 if free
};

Kind kind_of_list(const c10::TypePtr &element) {
  switch (element->kind()) {
    case c10::TypeKind::IntType:
    case c10::TypeKind::SymIntType: return Kind::integers;
    case c10::TypeKind::FloatType: return Kind::reals;
    case c10::TypeKind::BoolType: return Kind::booleans;
    case c10::TypeKind::TensorType: return Kind::tensors;
    case c10::TypeKind::StringType: return Kind::strings;
    case c10::TypeKind::OptionalType: {
      auto inner = element->castRaw<c10::OptionalType>()->getElementType();
      return inner->kind() == c10::TypeKind::TensorType ? Kind::optional_tensors
                                                        : Kind::unsupported;
    }
    default: return Kind::unsupported;
  }
}

Kind kind_of(const c10::TypePtr &type) {
  switch (type->kind()) {
    case c10::TypeKind::TensorType: return Kind::tensor;
    case c10::TypeKind::IntType:
    case c10::TypeKind::SymIntType: return Kind::integer;
    case c10::TypeKind::FloatType: return Kind::real;
    case c10::TypeKind::NumberType: return Kind::number;
    case c10::TypeKind::BoolType: return Kind::boolean;
    case c10::TypeKind::StringType: return Kind::string;
    case c10::TypeKind::DeviceObjType: return Kind::device;
    case c10::TypeKind::GeneratorType: return Kind::generator;
    case c10::TypeKind::ListType:
      return kind_of_list(type->castRaw<c10::ListType>()->getElementType());
    default: return Kind::unsupported;
  }
}

Parameter parameter_of(const c10::Argument &argument) {
  c10::TypePtr type = argument.type();
  bool optional = false;
  if (auto *wrapped = type->castRaw<c10::OptionalType>()) {
    optional = true;
    type = wrapped->getElementType();
  }
  auto *alias = argument.alias_info();
  return Parameter{argument.name(),
                   argument.real_type()->repr_str(),
                   kind_of(type),
                   optional,
                   argument.default_value().has_value(),
                   alias != nullptr,
                   alias != nullptr && alias->isWrite(),
                   static_cast<size_t>(argument.N().value_or(0))};
}

bool accepts(const Parameter &parameter, ct_tag tag) {
  if (tag == CT_TAG_DEFAULT) return parameter.has_default;
  if (tag == CT_TAG_NONE) return parameter.optional;
  switch (parameter.kind) {
    case Kind::tensor:
      return tag == CT_TAG_TENSOR || tag == CT_TAG_REAL || tag == CT_TAG_INTEGER ||
             tag == CT_TAG_BOOL;
    case Kind::integer: return tag == CT_TAG_INTEGER || tag == CT_TAG_BOOL;
    case Kind::real: return tag == CT_TAG_REAL || tag == CT_TAG_INTEGER;
    case Kind::number:
      return tag == CT_TAG_REAL || tag == CT_TAG_INTEGER || tag == CT_TAG_BOOL;
    case Kind::boolean: return tag == CT_TAG_BOOL;
    case Kind::string: return tag == CT_TAG_STRING;
    case Kind::device: return tag == CT_TAG_DEVICE;
    case Kind::generator: return tag == CT_TAG_GENERATOR;
    case Kind::integers:
      return tag == CT_TAG_INTEGERS || (tag == CT_TAG_INTEGER && parameter.fixed_length > 0);
    case Kind::reals: return tag == CT_TAG_REALS || tag == CT_TAG_INTEGERS;
    case Kind::booleans: return tag == CT_TAG_BOOLS;
    case Kind::tensors:
    case Kind::optional_tensors: return tag == CT_TAG_TENSORS;
    case Kind::strings:
    case Kind::unsupported: return false;
  }
  return false;
}

template <class Element>
const Element *elements(const ct_value &value) {
  return static_cast<const Element *>(value.pointer);
}

const at::Tensor &tensor_of(const ct_value &value) {
  return static_cast<ct_tensor>(const_cast<void *>(value.pointer))->tensor;
}

c10::Scalar scalar_of(const ct_value &value) {
  if (value.tag == CT_TAG_REAL) return value.real;
  if (value.tag == CT_TAG_BOOL) return value.integer != 0;
  return value.integer;
}

c10::IValue integers(const ct_value &value, const Parameter &parameter) {
  if (value.tag == CT_TAG_INTEGER) {
    return c10::IValue(std::vector<int64_t>(parameter.fixed_length, value.integer));
  }
  auto *first = elements<int64_t>(value);
  return c10::IValue(std::vector<int64_t>(first, first + value.count));
}

c10::IValue reals(const ct_value &value) {
  std::vector<double> list;
  list.reserve(value.count);
  for (size_t i = 0; i < value.count; ++i) {
    list.push_back(value.tag == CT_TAG_REALS ? elements<double>(value)[i]
                                             : static_cast<double>(elements<int64_t>(value)[i]));
  }
  return c10::IValue(std::move(list));
}

c10::IValue booleans(const ct_value &value) {
  c10::List<bool> list;
  list.reserve(value.count);
  for (size_t i = 0; i < value.count; ++i) list.push_back(elements<bool>(value)[i]);
  return c10::IValue(std::move(list));
}

c10::IValue tensors(const ct_value &value) {
  c10::List<at::Tensor> list;
  list.reserve(value.count);
  for (size_t i = 0; i < value.count; ++i) {
    auto element = elements<ct_tensor>(value)[i];
    if (element == nullptr) throw ct::ArgumentError("the list of tensors has a missing element");
    list.push_back(element->tensor);
  }
  return c10::IValue(std::move(list));
}

c10::IValue optional_tensors(const ct_value &value) {
  c10::List<std::optional<at::Tensor>> list;
  list.reserve(value.count);
  for (size_t i = 0; i < value.count; ++i) {
    auto element = elements<ct_tensor>(value)[i];
    list.push_back(element == nullptr ? std::nullopt : std::make_optional(element->tensor));
  }
  return c10::IValue(std::move(list));
}

// Precondition: the value is neither "default" nor "none" and `accepts` said yes.
c10::IValue packed(const ct_value &value, const Parameter &parameter) {
  switch (parameter.kind) {
    case Kind::tensor:
      // A number in place of a tensor does not decide the type of the result, as in Python.
      return c10::IValue(value.tag == CT_TAG_TENSOR
                             ? tensor_of(value)
                             : at::native::wrapped_scalar_tensor(scalar_of(value)));
    case Kind::integer: return c10::IValue(value.integer);
    case Kind::real:
      return c10::IValue(value.tag == CT_TAG_REAL ? value.real
                                                  : static_cast<double>(value.integer));
    case Kind::number: return c10::IValue(scalar_of(value));
    case Kind::boolean: return c10::IValue(value.integer != 0);
    case Kind::string: return c10::IValue(std::string(elements<char>(value)));
    case Kind::device: return c10::IValue(c10::Device(elements<char>(value)));
    case Kind::generator:
      return c10::IValue(
          static_cast<ct_generator>(const_cast<void *>(value.pointer))->generator);
    case Kind::integers: return integers(value, parameter);
    case Kind::reals: return reals(value);
    case Kind::booleans: return booleans(value);
    case Kind::tensors: return tensors(value);
    case Kind::optional_tensors: return optional_tensors(value);
    case Kind::strings:
    case Kind::unsupported: break;
  }
  throw ct::ArgumentError("arguments of type " + parameter.type + " are not supported");
}

// Only dense tensors of ordinary numbers pass; asking others for sizes or elements can throw.
const at::Tensor &ordinary(const at::Tensor &tensor) {
  if (tensor.defined() && (tensor.is_nested() || tensor.is_quantized() ||
                           tensor.layout() != at::kStrided ||
                           at::isBitsType(tensor.scalar_type()))) {
    throw ct::ArgumentError("a result is a nested, quantized or sparse tensor");
  }
  return tensor;
}

ct_value tensor_value(const at::Tensor &tensor) {
  // An undefined tensor stands for "none", for instance the gradient of an unused input.
  if (!ordinary(tensor).defined()) return {CT_TAG_NONE, 0, 0, nullptr, 0};
  return {CT_TAG_TENSOR, 0, 0, new ct_tensor_s(tensor), 0};
}

ct_value tensor_list_value(const std::vector<at::Tensor> &list) {
  std::vector<std::unique_ptr<ct_tensor_s>> owned;
  for (auto &tensor : list) owned.push_back(std::make_unique<ct_tensor_s>(ordinary(tensor)));
  auto handles = std::make_unique<ct_tensor[]>(list.size());
  for (size_t i = 0; i < list.size(); ++i) handles[i] = owned[i].release();
  return {CT_TAG_TENSORS, 0, 0, handles.release(), list.size()};
}

// Gives back what results own that will not be handed over.
void release(const ct_value *results, size_t count) {
  for (size_t i = 0; i < count; ++i) {
    if (results[i].tag == CT_TAG_TENSOR) {
      delete static_cast<ct_tensor>(const_cast<void *>(results[i].pointer));
    } else if (results[i].tag == CT_TAG_TENSORS) {
      for (size_t k = 0; k < results[i].count; ++k) {
        delete static_cast<const ct_tensor *>(results[i].pointer)[k];
      }
      ct_value_free_list(results[i]);
    }
  }
}

ct_value unpacked(const c10::IValue &result) {
  if (result.isTensor()) return tensor_value(result.toTensor());
  if (result.isTensorList()) return tensor_list_value(result.toTensorVector());
  if (result.isBool()) return {CT_TAG_BOOL, result.toBool() ? 1 : 0, 0, nullptr, 0};
  if (result.isInt()) return {CT_TAG_INTEGER, result.toInt(), 0, nullptr, 0};
  if (result.isSymInt()) return {CT_TAG_INTEGER, result.toSymInt().expect_int(), 0, nullptr, 0};
  if (result.isDouble()) return {CT_TAG_REAL, 0, result.toDouble(), nullptr, 0};
  if (result.isNone()) return {CT_TAG_NONE, 0, 0, nullptr, 0};
  throw ct::ArgumentError("a result of type " + result.tagKind() + " is not supported");
}

}  // namespace

struct ct_operator_s {
  explicit ct_operator_s(c10::OperatorHandle handle) : handle(std::move(handle)) {
    for (auto &argument : this->handle.schema().arguments()) {
      parameters.push_back(parameter_of(argument));
    }
  }
  c10::OperatorHandle handle;
  std::vector<Parameter> parameters;
};

extern "C" {

ct_status ct_operator_find(const char *name, const char *overload, ct_operator *out) noexcept {
  return ct::protect([&] {
    // Resolved operators are kept for ever, each once.
    static std::mutex mutex;
    static std::map<std::pair<std::string, std::string>, std::unique_ptr<ct_operator_s>> known;
    std::lock_guard<std::mutex> lock(mutex);
    auto &entry = known[{name, overload}];
    if (entry == nullptr) {
      auto handle = c10::Dispatcher::singleton().findSchema({name, overload});
      if (handle) entry = std::make_unique<ct_operator_s>(*handle);
    }
    *out = entry.get();
  });
}

size_t ct_operator_argument_count(ct_operator op) noexcept { return op->parameters.size(); }

ct_argument ct_operator_argument(ct_operator op, size_t index) noexcept {
  auto &parameter = op->parameters[index];
  return {parameter.name.c_str(), parameter.type.c_str(), parameter.has_default};
}

size_t ct_operator_result_count(ct_operator op) noexcept {
  return op->handle.schema().returns().size();
}

bool ct_operator_writes(ct_operator op, size_t index) noexcept {
  return op->parameters[index].written;
}

bool ct_operator_aliases(ct_operator op, size_t index) noexcept {
  return op->parameters[index].aliased;
}

bool ct_operator_accepts(ct_operator op, size_t index, ct_tag tag) noexcept {
  return accepts(op->parameters[index], tag);
}

ct_status ct_operator_call(ct_operator op, const ct_value *arguments, size_t count,
                           ct_value *results, size_t capacity, size_t *result_count) noexcept {
  return ct::protect([&] {
    auto &schema = op->handle.schema();
    if (count != op->parameters.size()) {
      throw ct::ArgumentError(schema.name() + " takes " + std::to_string(op->parameters.size()) +
                              " arguments, not " + std::to_string(count));
    }
    if (schema.returns().size() > capacity) {
      throw ct::ArgumentError(schema.name() + " returns more values than there is room for");
    }
    torch::jit::Stack stack;
    stack.reserve(count);
    for (size_t i = 0; i < count; ++i) {
      auto &parameter = op->parameters[i];
      if (!accepts(parameter, arguments[i].tag)) {
        throw ct::ArgumentError("argument " + parameter.name + " of " + schema.name() + " is a " +
                                parameter.type);
      }
      if (arguments[i].tag == CT_TAG_DEFAULT) {
        stack.push_back(*schema.arguments()[i].default_value());
      } else if (arguments[i].tag == CT_TAG_NONE) {
        stack.emplace_back();
      } else {
        stack.push_back(packed(arguments[i], parameter));
      }
    }
    op->handle.callBoxed(stack);
    size_t done = 0;
    try {
      for (auto &result : stack) {
        results[done] = unpacked(result);
        ++done;
      }
    } catch (...) {
      release(results, done);
      throw;
    }
    *result_count = done;
  });
}

void ct_value_free_list(ct_value value) noexcept {
  if (value.tag == CT_TAG_TENSORS) delete[] static_cast<const ct_tensor *>(value.pointer);
}

}  // extern "C"
