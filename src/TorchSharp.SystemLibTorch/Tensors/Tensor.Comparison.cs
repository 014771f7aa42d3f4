using TorchSharp.Interop;

namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        /// <summary>Elementwise equality.</summary>
        public Tensor eq(Tensor target) => Ops.EqTensor.Call(this, target);

        /// <summary>Elementwise equality, in place.</summary>
        public Tensor eq_(Tensor target) => Do(Ops.EqInPlaceTensor, this, target);

        /// <summary>Elementwise equality.</summary>
        public Tensor eq(Scalar target) => Ops.EqScalar.Call(this, target);

        /// <summary>Elementwise equality, in place.</summary>
        public Tensor eq_(Scalar target) => Do(Ops.EqInPlaceScalar, this, target);

        /// <summary>Elementwise equality.</summary>
        public Tensor equal(Tensor target) => eq(target);

        /// <summary>Elementwise inequality.</summary>
        public Tensor ne(Tensor target) => Ops.NeTensor.Call(this, target);

        /// <summary>Elementwise inequality, in place.</summary>
        public Tensor ne_(Tensor target) => Do(Ops.NeInPlaceTensor, this, target);

        /// <summary>Elementwise inequality.</summary>
        public Tensor ne(Scalar target) => Ops.NeScalar.Call(this, target);

        /// <summary>Elementwise inequality, in place.</summary>
        public Tensor ne_(Scalar target) => Do(Ops.NeInPlaceScalar, this, target);

        /// <summary>Elementwise inequality.</summary>
        public Tensor not_equal(Tensor target) => ne(target);

        /// <summary>Elementwise less-than.</summary>
        public Tensor lt(Tensor target) => Ops.LtTensor.Call(this, target);

        /// <summary>Elementwise less-than, in place.</summary>
        public Tensor lt_(Tensor target) => Do(Ops.LtInPlaceTensor, this, target);

        /// <summary>Elementwise less-than.</summary>
        public Tensor lt(Scalar target) => Ops.LtScalar.Call(this, target);

        /// <summary>Elementwise less-than, in place.</summary>
        public Tensor lt_(Scalar target) => Do(Ops.LtInPlaceScalar, this, target);

        /// <summary>Elementwise less-than.</summary>
        public Tensor less(Tensor target) => lt(target);

        /// <summary>Elementwise less-or-equal.</summary>
        public Tensor le(Tensor target) => Ops.LeTensor.Call(this, target);

        /// <summary>Elementwise less-or-equal, in place.</summary>
        public Tensor le_(Tensor target) => Do(Ops.LeInPlaceTensor, this, target);

        /// <summary>Elementwise less-or-equal.</summary>
        public Tensor le(Scalar target) => Ops.LeScalar.Call(this, target);

        /// <summary>Elementwise less-or-equal, in place.</summary>
        public Tensor le_(Scalar target) => Do(Ops.LeInPlaceScalar, this, target);

        /// <summary>Elementwise less-or-equal.</summary>
        public Tensor less_equal(Tensor target) => le(target);

        /// <summary>Elementwise greater-than.</summary>
        public Tensor gt(Tensor target) => Ops.GtTensor.Call(this, target);

        /// <summary>Elementwise greater-than, in place.</summary>
        public Tensor gt_(Tensor target) => Do(Ops.GtInPlaceTensor, this, target);

        /// <summary>Elementwise greater-than.</summary>
        public Tensor gt(Scalar target) => Ops.GtScalar.Call(this, target);

        /// <summary>Elementwise greater-than, in place.</summary>
        public Tensor gt_(Scalar target) => Do(Ops.GtInPlaceScalar, this, target);

        /// <summary>Elementwise greater-than.</summary>
        public Tensor greater(Tensor target) => gt(target);

        /// <summary>Elementwise greater-or-equal.</summary>
        public Tensor ge(Tensor target) => Ops.GeTensor.Call(this, target);

        /// <summary>Elementwise greater-or-equal, in place.</summary>
        public Tensor ge_(Tensor target) => Do(Ops.GeInPlaceTensor, this, target);

        /// <summary>Elementwise greater-or-equal.</summary>
        public Tensor ge(Scalar target) => Ops.GeScalar.Call(this, target);

        /// <summary>Elementwise greater-or-equal, in place.</summary>
        public Tensor ge_(Scalar target) => Do(Ops.GeInPlaceScalar, this, target);

        /// <summary>Elementwise greater-or-equal.</summary>
        public Tensor greater_equal(Tensor target) => ge(target);

        /// <summary>Elementwise conjunction of truth values.</summary>
        public Tensor logical_and(Tensor other) => Ops.LogicalAnd.Call(this, other);

        /// <summary>Elementwise conjunction of truth values, in place.</summary>
        public Tensor logical_and_(Tensor other) => Do(Ops.LogicalAndInPlace, this, other);

        /// <summary>Elementwise disjunction of truth values.</summary>
        public Tensor logical_or(Tensor other) => Ops.LogicalOr.Call(this, other);

        /// <summary>Elementwise disjunction of truth values, in place.</summary>
        public Tensor logical_or_(Tensor other) => Do(Ops.LogicalOrInPlace, this, other);

        /// <summary>Elementwise exclusive disjunction of truth values.</summary>
        public Tensor logical_xor(Tensor other) => Ops.LogicalXor.Call(this, other);

        /// <summary>Elementwise exclusive disjunction of truth values, in place.</summary>
        public Tensor logical_xor_(Tensor other) => Do(Ops.LogicalXorInPlace, this, other);

        /// <summary>Elementwise negation of truth values.</summary>
        public Tensor logical_not() => Ops.LogicalNot.Call(this);

        /// <summary>Elementwise negation of truth values, in place.</summary>
        public Tensor logical_not_() => Do(Ops.LogicalNotInPlace, this);

        /// <summary>True where an element is neither infinite nor NaN.</summary>
        public Tensor isfinite() => Ops.Isfinite.Call(this);

        /// <summary>True where an element is infinite.</summary>
        public Tensor isinf() => Ops.Isinf.Call(this);

        /// <summary>True where an element is NaN.</summary>
        public Tensor isnan() => Ops.Isnan.Call(this);

        /// <summary>True where an element is close to the one of the other tensor.</summary>
        public Tensor isclose(Tensor other, double rtol = 1e-05, double atol = 1e-08, bool nanEqual = false) =>
            Ops.Isclose.Call(this, other, rtol, atol, nanEqual);

        /// <summary>True where all elements are close to those of the other tensor.</summary>
        public bool allclose(Tensor target, double rtol = 1e-05, double atol = 1e-08, bool equal_nan = false) =>
            Ops.Allclose.CallBool(this, target, rtol, atol, equal_nan);
    }
}
