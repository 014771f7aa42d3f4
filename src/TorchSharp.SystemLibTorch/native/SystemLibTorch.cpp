// A C ABI over libtorch's operator dispatcher.
//
// Operators are found by schema name and called boxed, so that one entry point serves all of them, with autograd and
// on every device; arguments that the caller leaves out take the schema's defaults, which keeps callers
// independent of the arguments that newer versions append. What is no operator has a small function of its own.
//
// No exception leaves this file: a failing function returns its failure value (null, -1) and keeps the message, one per
// thread, for slt_error.

#include <ATen/ATen.h>
#include <ATen/CPUGeneratorImpl.h>
#include <ATen/Parallel.h>
#include <ATen/ScalarOps.h>
#include <ATen/TensorIndexing.h>
#include <ATen/core/dispatch/Dispatcher.h>
#include <c10/core/InferenceMode.h>
#include <torch/csrc/autograd/autograd.h>
#include <torch/cuda.h>
#include <torch/version.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>
#include <mutex>
#include <string>
#include <vector>

#define SLT_API extern "C" __attribute__((visibility("default")))

namespace {

// The same numbers as in ArgKind on the managed side.
enum class Kind : int32_t {
  None,
  Tensor,
  Int,
  Double,
  Bool,
  Device,
  Generator,
  String,
  IntList,
  TensorList,
  IntNumber,
  DoubleNumber,
  BoolNumber,
};

// The same layout as Arg on the managed side, whose first field is an object reference: never read it here.
struct Arg {
  const void* owner;
  int64_t value;
  Kind kind;
  int32_t count;
};
static_assert(sizeof(Arg) == 24, "Arg is shared with managed code");

// One index of an indexing expression. The same layout and numbers as in IndexArg on the managed side.
struct IndexArg {
  enum class Kind : int32_t { NewAxis, Ellipsis, False, True, Position, Range, Tensor };
  Kind kind;
  int32_t given; // which of a range's start (1), stop (2) and step (4) there are
  int64_t start;
  int64_t stop;
  int64_t step;
  at::Tensor* tensor;
};

thread_local std::string last_error;

// Runs `body`; on an exception remembers its message and returns `failed`.
template <class T, class F>
T guarded(T failed, F&& body) noexcept {
  try {
    return body();
  } catch (const c10::Error& e) {
    last_error = e.what_without_backtrace();
  } catch (const std::exception& e) {
    last_error = e.what();
  } catch (...) {
    last_error = "Unknown native exception";
  }
  return failed;
}

at::Tensor* give(at::Tensor t) {
  return new at::Tensor(std::move(t));
}

double as_double(int64_t bits) {
  double d;
  std::memcpy(&d, &bits, sizeof d);
  return d;
}

c10::Device to_device(int type, int index) {
  return c10::Device(static_cast<c10::DeviceType>(type), static_cast<c10::DeviceIndex>(index));
}

// A number as a tensor that doesn't take part in type promotion, which is what an operator's Scalar overload makes of
// it. In the other operand's own type where the result is the same, it saves the operator a conversion.
at::Tensor to_number(const at::Scalar& value, const torch::jit::Stack& stack) {
  auto type = stack.at(0).toTensor().scalar_type();
  // A finite number beyond the range of float would be refused; as a double, it becomes infinite in the operator.
  bool fits = std::abs(value.toDouble()) <= std::numeric_limits<float>::max() || !std::isfinite(value.toDouble());
  bool as_is = type == at::kDouble || (type == at::kFloat && fits);
  auto t = at::detail::scalar_tensor_static(value, as_is ? type : value.type(), at::Device(at::kCPU));
  t.unsafeGetTensorImpl()->set_wrapped_number(true);
  return t;
}

c10::IValue to_ivalue(const Arg& a, const int64_t* lists, const torch::jit::Stack& stack) {
  switch (a.kind) {
    case Kind::None:
      return c10::IValue();
    case Kind::Tensor:
      return *reinterpret_cast<at::Tensor*>(a.value);
    case Kind::Int:
      return a.value;
    case Kind::Double:
      return as_double(a.value);
    case Kind::Bool:
      return a.value != 0;
    case Kind::Device:
      return to_device(static_cast<int>(a.value), a.count);
    case Kind::Generator:
      return *reinterpret_cast<at::Generator*>(a.value);
    case Kind::IntNumber:
      return to_number(a.value, stack);
    case Kind::DoubleNumber:
      return to_number(as_double(a.value), stack);
    case Kind::BoolNumber:
      return to_number(a.value != 0, stack);
    case Kind::String:
      return std::string(reinterpret_cast<const char*>(a.value), a.count);
    case Kind::IntList:
      return std::vector<int64_t>(lists + a.value, lists + a.value + a.count);
    case Kind::TensorList: {
      std::vector<at::Tensor> v;
      v.reserve(a.count);
      for (int i = 0; i < a.count; i++)
        v.push_back(*reinterpret_cast<at::Tensor*>(lists[a.value + i]));
      return v;
    }
  }
  throw std::invalid_argument("unknown argument kind");
}

// The boxed call's stack, kept per thread so that a call allocates nothing here. Calls don't nest: no operator calls back
// into managed code.
thread_local torch::jit::Stack stack_of_thread;

// Calls an operator and passes its results, on the stack, to `use`.
template <class F>
auto call(const c10::OperatorHandle& op, const Arg* args, int count, const int64_t* lists, F&& use) {
  // What is left on the stack would stay alive.
  struct ClearAtEnd {
    ~ClearAtEnd() {
      stack_of_thread.clear();
    }
  } clear;
  auto& stack = stack_of_thread;
  const auto& formals = op.schema().arguments();
  if (static_cast<size_t>(count) > formals.size())
    throw std::invalid_argument("too many arguments for " + toString(op.operator_name()));
  for (int i = 0; i < count; i++)
    stack.push_back(to_ivalue(args[i], lists, stack));
  for (size_t i = count; i < formals.size(); i++)
    stack.push_back(formals[i].default_value().value_or(c10::IValue()));
  op.callBoxed(stack);
  return use(stack);
}

std::vector<at::Tensor> to_vector(at::Tensor* const* tensors, int count) {
  std::vector<at::Tensor> v;
  v.reserve(count);
  for (int i = 0; i < count; i++)
    v.push_back(tensors[i] ? *tensors[i] : at::Tensor());
  return v;
}

std::vector<at::indexing::TensorIndex> to_indices(const IndexArg* indices, int count) {
  using OptionalInt = c10::optional<int64_t>;
  std::vector<at::indexing::TensorIndex> v;
  v.reserve(count);
  for (int i = 0; i < count; i++) {
    const auto& index = indices[i];
    switch (index.kind) {
      case IndexArg::Kind::NewAxis:
        v.emplace_back(at::indexing::None);
        break;
      case IndexArg::Kind::Ellipsis:
        v.emplace_back(at::indexing::Ellipsis);
        break;
      case IndexArg::Kind::False:
        v.emplace_back(false);
        break;
      case IndexArg::Kind::True:
        v.emplace_back(true);
        break;
      case IndexArg::Kind::Position:
        v.emplace_back(index.start);
        break;
      case IndexArg::Kind::Range:
        v.emplace_back(at::indexing::Slice(
            index.given & 1 ? OptionalInt(index.start) : OptionalInt(),
            index.given & 2 ? OptionalInt(index.stop) : OptionalInt(),
            index.given & 4 ? OptionalInt(index.step) : OptionalInt()));
        break;
      case IndexArg::Kind::Tensor:
        v.emplace_back(*index.tensor);
        break;
    }
  }
  return v;
}

} // namespace

SLT_API const char* slt_error() {
  return last_error.c_str();
}

SLT_API const char* slt_version() {
  return TORCH_VERSION;
}

// ---- operators

SLT_API c10::OperatorHandle* slt_find_operator(const char* name, const char* overload) {
  return guarded<c10::OperatorHandle*>(nullptr, [&]() -> c10::OperatorHandle* {
    auto op = c10::Dispatcher::singleton().findSchema({name, overload});
    if (!op)
      throw std::runtime_error(
          std::string("This libtorch (") + TORCH_VERSION + ") has no operator " + name +
          (*overload ? std::string(".") + overload : ""));
    return new c10::OperatorHandle(*op);
  });
}

// Calls an operator with one tensor as its result.
SLT_API at::Tensor* slt_call(const c10::OperatorHandle* op, const Arg* args, int32_t count, const int64_t* lists) {
  return guarded<at::Tensor*>(nullptr, [&] {
    return call(*op, args, count, lists, [](auto& results) { return give(std::move(results.at(0)).toTensor()); });
  });
}

// Calls an operator and drops its result: in-place operators return their first argument. 0 is success.
SLT_API int32_t slt_run(const c10::OperatorHandle* op, const Arg* args, int32_t count, const int64_t* lists) {
  return guarded<int32_t>(-1, [&] { return call(*op, args, count, lists, [](auto&) { return 0; }); });
}

// Calls an operator whose result is a bool: 0 or 1.
SLT_API int32_t slt_call_bool(const c10::OperatorHandle* op, const Arg* args, int32_t count, const int64_t* lists) {
  return guarded<int32_t>(-1, [&] {
    return call(*op, args, count, lists, [](auto& results) { return results.at(0).toBool() ? 1 : 0; });
  });
}

// Calls an operator with several tensors, or a list of them, as its result. Writes up to `capacity` handles and returns
// how many there are; more than `capacity` is a failure.
SLT_API int32_t slt_call_many(
    const c10::OperatorHandle* op,
    const Arg* args,
    int32_t count,
    const int64_t* lists,
    at::Tensor** results,
    int32_t capacity) {
  return guarded<int32_t>(-1, [&] {
    return call(*op, args, count, lists, [&](auto& values) {
      std::vector<at::Tensor> found;
      for (auto& value : values) {
        if (value.isTensorList()) {
          for (auto& t : value.toTensorVector())
            found.push_back(t);
        } else {
          found.push_back(value.toTensor());
        }
      }
      if (found.size() > static_cast<size_t>(capacity))
        throw std::length_error("more results than expected: " + std::to_string(found.size()));
      for (size_t i = 0; i < found.size(); i++)
        results[i] = give(std::move(found[i]));
      return static_cast<int32_t>(found.size());
    });
  });
}

// ---- tensors

SLT_API void slt_free(at::Tensor* t) {
  delete t;
}

// A second handle of the same tensor.
SLT_API at::Tensor* slt_alias(const at::Tensor* t) {
  return guarded<at::Tensor*>(nullptr, [&] { return give(*t); });
}

// What a tensor tells of itself; -1 is a failure (a sparse tensor, for one, has no strides).

SLT_API int64_t slt_ndim(const at::Tensor* t) {
  return guarded<int64_t>(-1, [&] { return t->dim(); });
}

SLT_API int64_t slt_numel(const at::Tensor* t) {
  return guarded<int64_t>(-1, [&] { return t->numel(); });
}

SLT_API int64_t slt_element_size(const at::Tensor* t) {
  return guarded<int64_t>(-1, [&] { return static_cast<int64_t>(t->element_size()); });
}

SLT_API int32_t slt_dtype(const at::Tensor* t) {
  return guarded<int32_t>(-1, [&] { return static_cast<int32_t>(t->scalar_type()); });
}

SLT_API int32_t slt_device_type(const at::Tensor* t) {
  return guarded<int32_t>(-1, [&] { return static_cast<int32_t>(t->device().type()); });
}

// The number of the device, which is -1 for the CPU; -2 is a failure.
SLT_API int32_t slt_device_index(const at::Tensor* t) {
  return guarded<int32_t>(-2, [&] { return static_cast<int32_t>(t->device().index()); });
}

SLT_API int32_t slt_is_sparse(const at::Tensor* t) {
  return guarded<int32_t>(-1, [&] { return t->is_sparse() ? 1 : 0; });
}

// Copies the sizes; the caller's buffer has room for slt_ndim of them.
SLT_API int32_t slt_sizes(const at::Tensor* t, int64_t* sizes) {
  return guarded<int32_t>(-1, [&] {
    auto from = t->sizes();
    std::copy(from.begin(), from.end(), sizes);
    return 0;
  });
}

SLT_API int32_t slt_strides(const at::Tensor* t, int64_t* strides) {
  return guarded<int32_t>(-1, [&] {
    auto from = t->strides();
    std::copy(from.begin(), from.end(), strides);
    return 0;
  });
}

SLT_API int32_t slt_is_contiguous(const at::Tensor* t) {
  return guarded<int32_t>(-1, [&] { return t->is_contiguous() ? 1 : 0; });
}

SLT_API int64_t slt_storage_offset(const at::Tensor* t) {
  return guarded<int64_t>(-1, [&] { return t->storage_offset(); });
}

// The first element's address; null for an empty tensor as well as for a failure, so the result says which.
SLT_API int32_t slt_data(const at::Tensor* t, void** data) {
  return guarded<int32_t>(-1, [&] {
    *data = t->data_ptr();
    return 0;
  });
}

// The only element of a tensor: 0 an integer, 1 a floating-point number, 2 a bool.
SLT_API int32_t slt_item(const at::Tensor* t, int64_t* integer, double* number) {
  return guarded<int32_t>(-1, [&] {
    auto scalar = t->item();
    if (scalar.isBoolean()) {
      *integer = scalar.toBool();
      return 2;
    }
    if (scalar.isIntegral(false)) {
      *integer = scalar.toLong();
      return 0;
    }
    *number = scalar.toDouble();
    return 1;
  });
}

SLT_API at::Tensor* slt_index(const at::Tensor* t, const IndexArg* indices, int32_t count) {
  return guarded<at::Tensor*>(nullptr, [&] { return give(t->index(to_indices(indices, count))); });
}

SLT_API int32_t slt_index_put(at::Tensor* t, const IndexArg* indices, int32_t count, const at::Tensor* value, int32_t accumulate) {
  return guarded<int32_t>(-1, [&] {
    // With accumulate the indices are tensors; the operator takes them as they are.
    if (accumulate) {
      c10::List<c10::optional<at::Tensor>> tensors;
      for (int i = 0; i < count; i++) {
        TORCH_CHECK(indices[i].kind == IndexArg::Kind::Tensor, "indices to accumulate at must be tensors");
        tensors.push_back(c10::optional<at::Tensor>(*indices[i].tensor));
      }
      t->index_put_(tensors, *value, true);
    } else {
      t->index_put_(to_indices(indices, count), *value);
    }
    return 0;
  });
}

// A tensor over memory of the caller's, who frees it when `release` is called with `context`.
SLT_API at::Tensor* slt_from_memory(
    void* data, const int64_t* sizes, int32_t ndim, int32_t dtype, void (*release)(void*), void* context) {
  return guarded<at::Tensor*>(nullptr, [&] {
    return give(at::from_blob(
        data,
        c10::IntArrayRef(sizes, ndim),
        [release, context](void*) { release(context); },
        at::TensorOptions().dtype(static_cast<at::ScalarType>(dtype))));
  });
}

// ---- autograd

SLT_API int32_t slt_requires_grad(const at::Tensor* t) {
  return guarded<int32_t>(-1, [&] { return t->requires_grad() ? 1 : 0; });
}

SLT_API int32_t slt_set_requires_grad(at::Tensor* t, int32_t on) {
  return guarded<int32_t>(-1, [&] {
    t->set_requires_grad(on != 0);
    return 0;
  });
}

SLT_API int32_t slt_is_leaf(const at::Tensor* t) {
  return guarded<int32_t>(-1, [&] { return t->is_leaf() ? 1 : 0; });
}

SLT_API int32_t slt_retain_grad(at::Tensor* t) {
  return guarded<int32_t>(-1, [&] {
    t->retain_grad();
    return 0;
  });
}

// 1 and a handle where there is a gradient, 0 where there is none.
SLT_API int32_t slt_grad(const at::Tensor* t, at::Tensor** grad) {
  return guarded<int32_t>(-1, [&] {
    const auto& g = t->grad();
    if (!g.defined())
      return 0;
    *grad = give(g);
    return 1;
  });
}

SLT_API int32_t slt_set_grad(at::Tensor* t, const at::Tensor* grad) {
  return guarded<int32_t>(-1, [&] {
    if (grad)
      t->mutable_grad() = *grad;
    else
      t->mutable_grad().reset();
    return 0;
  });
}

SLT_API int32_t slt_grad_enabled() {
  return at::GradMode::is_enabled();
}

SLT_API void slt_set_grad_enabled(int32_t on) {
  at::GradMode::set_enabled(on != 0);
}

SLT_API int32_t slt_inference_enabled() {
  return c10::InferenceMode::is_enabled();
}

SLT_API c10::InferenceMode* slt_inference_begin(int32_t on) {
  return guarded<c10::InferenceMode*>(nullptr, [&] { return new c10::InferenceMode(on != 0); });
}

SLT_API void slt_inference_end(c10::InferenceMode* guard) {
  delete guard;
}

SLT_API int32_t slt_backward(
    at::Tensor* const* tensors,
    int32_t count,
    at::Tensor* const* grads,
    int32_t grad_count,
    int32_t retain_graph,
    int32_t create_graph,
    at::Tensor* const* inputs,
    int32_t input_count) {
  return guarded<int32_t>(-1, [&] {
    torch::autograd::backward(
        to_vector(tensors, count),
        to_vector(grads, grad_count),
        retain_graph != 0,
        create_graph != 0,
        to_vector(inputs, input_count));
    return 0;
  });
}

// Writes a handle, or null for an unused input, per input.
SLT_API int32_t slt_gradients(
    at::Tensor* const* outputs,
    int32_t output_count,
    at::Tensor* const* inputs,
    int32_t input_count,
    at::Tensor* const* grads,
    int32_t grad_count,
    int32_t retain_graph,
    int32_t create_graph,
    int32_t allow_unused,
    at::Tensor** results) {
  return guarded<int32_t>(-1, [&] {
    auto found = torch::autograd::grad(
        to_vector(outputs, output_count),
        to_vector(inputs, input_count),
        to_vector(grads, grad_count),
        retain_graph != 0,
        create_graph != 0,
        allow_unused != 0);
    for (int i = 0; i < input_count; i++)
      results[i] = found[i].defined() ? give(found[i]) : nullptr;
    return 0;
  });
}

// ---- random numbers

SLT_API at::Generator* slt_generator_new(uint64_t seed) {
  return guarded<at::Generator*>(nullptr, [&] { return new at::Generator(at::detail::createCPUGenerator(seed)); });
}

SLT_API at::Generator* slt_generator_default() {
  return guarded<at::Generator*>(nullptr, [&] { return new at::Generator(at::detail::getDefaultCPUGenerator()); });
}

SLT_API void slt_generator_free(at::Generator* g) {
  delete g;
}

SLT_API int32_t slt_generator_seed(at::Generator* g, uint64_t seed) {
  return guarded<int32_t>(-1, [&] {
    std::lock_guard<std::mutex> lock(g->mutex());
    g->set_current_seed(seed);
    return 0;
  });
}

SLT_API int32_t slt_generator_current_seed(at::Generator* g, uint64_t* seed) {
  return guarded<int32_t>(-1, [&] {
    std::lock_guard<std::mutex> lock(g->mutex());
    *seed = g->current_seed();
    return 0;
  });
}

SLT_API at::Tensor* slt_generator_state(at::Generator* g) {
  return guarded<at::Tensor*>(nullptr, [&] {
    std::lock_guard<std::mutex> lock(g->mutex());
    return give(g->get_state());
  });
}

SLT_API int32_t slt_generator_set_state(at::Generator* g, const at::Tensor* state) {
  return guarded<int32_t>(-1, [&] {
    std::lock_guard<std::mutex> lock(g->mutex());
    g->set_state(*state);
    return 0;
  });
}

// Seeds the default generators of all devices.
SLT_API int32_t slt_manual_seed(uint64_t seed) {
  return guarded<int32_t>(-1, [&] {
    at::manual_seed(seed);
    return 0;
  });
}

// ---- devices and threads

SLT_API int32_t slt_cuda_available() {
  return guarded<int32_t>(0, [&] { return torch::cuda::is_available() ? 1 : 0; });
}

SLT_API int32_t slt_cudnn_available() {
  return guarded<int32_t>(0, [&] { return torch::cuda::cudnn_is_available() ? 1 : 0; });
}

SLT_API int32_t slt_cuda_device_count() {
  return guarded<int32_t>(0, [&] { return static_cast<int32_t>(torch::cuda::device_count()); });
}

SLT_API int32_t slt_cuda_synchronize(int32_t device_index) {
  return guarded<int32_t>(-1, [&] {
    torch::cuda::synchronize(device_index);
    return 0;
  });
}

// Seeds the current CUDA device's default generator, or all devices'.
SLT_API int32_t slt_cuda_manual_seed(uint64_t seed, int32_t all) {
  return guarded<int32_t>(-1, [&] {
    if (all)
      torch::cuda::manual_seed_all(seed);
    else
      torch::cuda::manual_seed(seed);
    return 0;
  });
}

SLT_API int32_t slt_get_num_threads() {
  return guarded<int32_t>(-1, [] { return at::get_num_threads(); });
}

SLT_API int32_t slt_set_num_threads(int32_t count) {
  return guarded<int32_t>(-1, [&] {
    at::set_num_threads(count);
    return 0;
  });
}

SLT_API int32_t slt_get_num_interop_threads() {
  return guarded<int32_t>(-1, [] { return static_cast<int32_t>(at::get_num_interop_threads()); });
}

SLT_API int32_t slt_set_num_interop_threads(int32_t count) {
  return guarded<int32_t>(-1, [&] {
    at::set_num_interop_threads(count);
    return 0;
  });
}
