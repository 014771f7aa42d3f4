using TorchSharp.Interop;

namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        /// <summary>Adds elementwise.</summary>
        public Tensor add(Tensor target) => Ops.AddTensor.Call(this, target);

        /// <summary>Adds a multiple elementwise.</summary>
        public Tensor add(Tensor target, Scalar alpha) => Ops.AddTensor.Call(this, target, alpha);

        /// <summary>Adds a number.</summary>
        public Tensor add(Scalar scalar) => Ops.AddTensor.Call(this, Arg.Number(scalar));

        /// <summary>Adds a multiple of a number.</summary>
        public Tensor add(Scalar scalar, Scalar alpha) => Ops.AddTensor.Call(this, Arg.Number(scalar), alpha);

        /// <summary>Adds elementwise, in place.</summary>
        public Tensor add_(Tensor target) => Do(Ops.AddInPlaceTensor, this, target);

        /// <summary>Adds a multiple elementwise, in place.</summary>
        public Tensor add_(Tensor target, Scalar alpha) => Do(Ops.AddInPlaceTensor, this, target, alpha);

        /// <summary>Adds a number, in place.</summary>
        public Tensor add_(Scalar scalar) => Do(Ops.AddInPlaceTensor, this, Arg.Number(scalar));

        /// <summary>Adds a multiple of a number, in place.</summary>
        public Tensor add_(Scalar scalar, Scalar alpha) => Do(Ops.AddInPlaceTensor, this, Arg.Number(scalar), alpha);

        /// <summary>Subtracts elementwise.</summary>
        public Tensor sub(Tensor target) => Ops.SubTensor.Call(this, target);

        /// <summary>Subtracts elementwise, in place.</summary>
        public Tensor sub_(Tensor target) => Do(Ops.SubInPlaceTensor, this, target);

        /// <summary>Subtracts a number.</summary>
        public Tensor sub(Scalar target) => Ops.SubTensor.Call(this, Arg.Number(target));

        /// <summary>Subtracts a number, in place.</summary>
        public Tensor sub_(Scalar target) => Do(Ops.SubInPlaceTensor, this, Arg.Number(target));

        /// <summary>Multiplies elementwise.</summary>
        public Tensor mul(Tensor target) => Ops.MulTensor.Call(this, target);

        /// <summary>Multiplies elementwise, in place.</summary>
        public Tensor mul_(Tensor target) => Do(Ops.MulInPlaceTensor, this, target);

        /// <summary>Multiplies by a number.</summary>
        public Tensor mul(Scalar target) => Ops.MulTensor.Call(this, Arg.Number(target));

        /// <summary>Multiplies by a number, in place.</summary>
        public Tensor mul_(Scalar target) => Do(Ops.MulInPlaceTensor, this, Arg.Number(target));

        /// <summary>Subtracts elementwise.</summary>
        public Tensor subtract(Tensor target) => sub(target);

        /// <summary>Subtracts a number.</summary>
        public Tensor subtract(Scalar target) => sub(target);

        /// <summary>Subtracts elementwise, in place.</summary>
        public Tensor subtract_(Tensor target) => sub_(target);

        /// <summary>Subtracts a number, in place.</summary>
        public Tensor subtract_(Scalar target) => sub_(target);

        /// <summary>Multiplies elementwise.</summary>
        public Tensor multiply(Tensor target) => mul(target);

        /// <summary>Multiplies by a number.</summary>
        public Tensor multiply(Scalar target) => mul(target);

        /// <summary>Divides elementwise.</summary>
        public Tensor div(Tensor target, RoundingMode rounding_mode = RoundingMode.None) =>
            Ops.DivTensorMode.Call(this, target, Rounding(rounding_mode));

        /// <summary>Divides elementwise, in place.</summary>
        public Tensor div_(Tensor target, RoundingMode rounding_mode = RoundingMode.None) =>
            Do(Ops.DivInPlaceTensorMode, this, target, Rounding(rounding_mode));

        /// <summary>Divides by a number.</summary>
        public Tensor div(Scalar target, RoundingMode rounding_mode = RoundingMode.None) =>
            Ops.DivTensorMode.Call(this, Arg.Number(target), Rounding(rounding_mode));

        /// <summary>Divides by a number, in place.</summary>
        public Tensor div_(Scalar target, RoundingMode rounding_mode = RoundingMode.None) =>
            Do(Ops.DivInPlaceTensorMode, this, Arg.Number(target), Rounding(rounding_mode));

        /// <summary>Divides elementwise.</summary>
        public Tensor divide(Tensor target, RoundingMode rounding_mode = RoundingMode.None) => div(target, rounding_mode);

        /// <summary>Divides elementwise, in place.</summary>
        public Tensor divide_(Tensor target, RoundingMode rounding_mode = RoundingMode.None) => div_(target, rounding_mode);

        /// <summary>Divides elementwise.</summary>
        public Tensor true_divide(Tensor other) => div(other);

        /// <summary>Divides elementwise, in place.</summary>
        public Tensor true_divide_(Tensor other) => div_(other);

        /// <summary>Divides elementwise and rounds down.</summary>
        public Tensor floor_divide(Tensor other) => Ops.FloorDivide.Call(this, other);

        /// <summary>Divides elementwise and rounds down, in place.</summary>
        public Tensor floor_divide_(Tensor other) => Do(Ops.FloorDivideInPlace, this, other);

        /// <summary>Divides by a number.</summary>
        public Tensor divide(Scalar target, RoundingMode rounding_mode = RoundingMode.None) => div(target, rounding_mode);

        /// <summary>Divides by a number, in place.</summary>
        public Tensor divide_(Scalar target, RoundingMode rounding_mode = RoundingMode.None) => div_(target, rounding_mode);

        /// <summary>Divides by a number.</summary>
        public Tensor true_divide(Scalar other) => div(other);

        /// <summary>Divides by a number, in place.</summary>
        public Tensor true_divide_(Scalar other) => div_(other);

        /// <summary>Divides by a number and rounds down.</summary>
        public Tensor floor_divide(Scalar other) => Ops.FloorDivideScalar.Call(this, other);

        /// <summary>Divides by a number and rounds down, in place.</summary>
        public Tensor floor_divide_(Scalar other) => Do(Ops.FloorDivideInPlaceScalar, this, other);

        /// <summary>The remainder, with the sign of the divisor.</summary>
        public Tensor remainder(Tensor target) => Ops.RemainderTensor.Call(this, target);

        /// <summary>The remainder, with the sign of the divisor, in place.</summary>
        public Tensor remainder_(Tensor target) => Do(Ops.RemainderInPlaceTensor, this, target);

        /// <summary>The remainder, with the sign of the dividend.</summary>
        public Tensor fmod(Tensor target) => Ops.FmodTensor.Call(this, target);

        /// <summary>The remainder, with the sign of the dividend, in place.</summary>
        public Tensor fmod_(Tensor target) => Do(Ops.FmodInPlaceTensor, this, target);

        /// <summary>The remainder, with the sign of the divisor.</summary>
        public Tensor remainder(Scalar scalar) => Ops.RemainderScalar.Call(this, scalar);

        /// <summary>The remainder, with the sign of the divisor, in place.</summary>
        public Tensor remainder_(Scalar scalar) => Do(Ops.RemainderInPlaceScalar, this, scalar);

        /// <summary>The remainder, with the sign of the dividend.</summary>
        public Tensor fmod(Scalar scalar) => Ops.FmodScalar.Call(this, scalar);

        /// <summary>The remainder, with the sign of the dividend, in place.</summary>
        public Tensor fmod_(Scalar scalar) => Do(Ops.FmodInPlaceScalar, this, scalar);

        /// <summary>Raises elementwise to powers.</summary>
        public Tensor pow(Tensor exponent) => Ops.PowTensorTensor.Call(this, exponent);

        /// <summary>Raises elementwise to powers, in place.</summary>
        public Tensor pow_(Tensor exponent) => Do(Ops.PowInPlaceTensor, this, exponent);

        /// <summary>Raises to a power.</summary>
        public Tensor pow(Scalar exponent) => Ops.PowTensorScalar.Call(this, exponent);

        /// <summary>Raises to a power, in place.</summary>
        public Tensor pow_(Scalar exponent) => Do(Ops.PowInPlaceScalar, this, exponent);

        /// <summary>Squares elementwise.</summary>
        public Tensor square() => pow(2);

        /// <summary>Adds a multiple of the elementwise product of two tensors.</summary>
        public Tensor addcmul(Tensor tensor1, Tensor tensor2, Scalar value) => Ops.Addcmul.Call(this, tensor1, tensor2, value);

        /// <summary>Adds a multiple of the elementwise product of two tensors, in place.</summary>
        public Tensor addcmul_(Tensor tensor1, Tensor tensor2, Scalar value) => Do(Ops.AddcmulInPlace, this, tensor1, tensor2, value);

        /// <summary>Adds a multiple of the elementwise quotient of two tensors.</summary>
        public Tensor addcdiv(Tensor tensor1, Tensor tensor2, Scalar value) => Ops.Addcdiv.Call(this, tensor1, tensor2, value);

        /// <summary>Adds a multiple of the elementwise quotient of two tensors, in place.</summary>
        public Tensor addcdiv_(Tensor tensor1, Tensor tensor2, Scalar value) => Do(Ops.AddcdivInPlace, this, tensor1, tensor2, value);

        /// <summary>Adds the elementwise quotient of two tensors.</summary>
        public Tensor addcdiv(Tensor tensor1, Tensor tensor2) => addcdiv(tensor1, tensor2, 1);

        /// <summary>Adds the elementwise quotient of two tensors, in place.</summary>
        public Tensor addcdiv_(Tensor tensor1, Tensor tensor2) => addcdiv_(tensor1, tensor2, 1);

        /// <summary>Interpolates linearly between this tensor and another.</summary>
        public Tensor lerp(Tensor end, Tensor weight) => Ops.LerpTensor.Call(this, end, weight);

        /// <summary>Interpolates linearly between this tensor and another, in place.</summary>
        public Tensor lerp_(Tensor end, Tensor weight) => Do(Ops.LerpInPlaceTensor, this, end, weight);

        /// <summary>Conjunction of bits or Booleans.</summary>
        public Tensor bitwise_and(Tensor other) => Ops.BitwiseAndTensor.Call(this, other);

        /// <summary>Conjunction of bits or Booleans, in place.</summary>
        public Tensor bitwise_and_(Tensor other) => Do(Ops.BitwiseAndInPlaceTensor, this, other);

        /// <summary>Disjunction of bits or Booleans.</summary>
        public Tensor bitwise_or(Tensor other) => Ops.BitwiseOrTensor.Call(this, other);

        /// <summary>Disjunction of bits or Booleans, in place.</summary>
        public Tensor bitwise_or_(Tensor other) => Do(Ops.BitwiseOrInPlaceTensor, this, other);

        /// <summary>Exclusive disjunction of bits or Booleans.</summary>
        public Tensor bitwise_xor(Tensor other) => Ops.BitwiseXorTensor.Call(this, other);

        /// <summary>Exclusive disjunction of bits or Booleans, in place.</summary>
        public Tensor bitwise_xor_(Tensor other) => Do(Ops.BitwiseXorInPlaceTensor, this, other);

        /// <summary>Negation of bits or Booleans.</summary>
        public Tensor bitwise_not() => Ops.BitwiseNot.Call(this);

        /// <summary>Negation of bits or Booleans, in place.</summary>
        public Tensor bitwise_not_() => Do(Ops.BitwiseNotInPlace, this);

        /// <summary>The elementwise maximum.</summary>
        public Tensor maximum(Tensor other) => Ops.Maximum.Call(this, other);

        /// <summary>The elementwise minimum.</summary>
        public Tensor minimum(Tensor other) => Ops.Minimum.Call(this, other);

        /// <summary>The elementwise maximum, where a number wins over a NaN.</summary>
        public Tensor fmax(Tensor other) => Ops.Fmax.Call(this, other);

        /// <summary>The elementwise minimum, where a number wins over a NaN.</summary>
        public Tensor fmin(Tensor other) => Ops.Fmin.Call(this, other);

        private static Arg Rounding(RoundingMode mode) => mode switch
        {
            RoundingMode.trunc => Arg.Literal("trunc"u8),
            RoundingMode.floor => Arg.Literal("floor"u8),
            _ => Arg.None,
        };
    }
}
