namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        /// <summary>Elementwise sum.</summary>
        public static Tensor operator +(Tensor left, Tensor right) => left.add(right);

        /// <summary>Elementwise sum.</summary>
        public static Tensor operator +(Tensor left, Scalar right) => left.add(right);

        /// <summary>Elementwise sum.</summary>
        public static Tensor operator +(Scalar left, Tensor right) => right.add(left);

        /// <summary>Elementwise sum.</summary>
        public static Tensor operator +(Tensor left, int right) => left.add(right);

        /// <summary>Elementwise sum.</summary>
        public static Tensor operator +(Tensor left, long right) => left.add(right);

        /// <summary>Elementwise sum.</summary>
        public static Tensor operator +(Tensor left, float right) => left.add(right);

        /// <summary>Elementwise sum.</summary>
        public static Tensor operator +(Tensor left, double right) => left.add(right);

        /// <summary>Elementwise sum.</summary>
        public static Tensor operator +(int left, Tensor right) => right.add(left);

        /// <summary>Elementwise sum.</summary>
        public static Tensor operator +(long left, Tensor right) => right.add(left);

        /// <summary>Elementwise sum.</summary>
        public static Tensor operator +(float left, Tensor right) => right.add(left);

        /// <summary>Elementwise sum.</summary>
        public static Tensor operator +(double left, Tensor right) => right.add(left);

        /// <summary>Elementwise product.</summary>
        public static Tensor operator *(Tensor left, Tensor right) => left.mul(right);

        /// <summary>Elementwise product.</summary>
        public static Tensor operator *(Tensor left, Scalar right) => left.mul(right);

        /// <summary>Elementwise product.</summary>
        public static Tensor operator *(Scalar left, Tensor right) => right.mul(left);

        /// <summary>Elementwise product.</summary>
        public static Tensor operator *(Tensor left, int right) => left.mul(right);

        /// <summary>Elementwise product.</summary>
        public static Tensor operator *(Tensor left, long right) => left.mul(right);

        /// <summary>Elementwise product.</summary>
        public static Tensor operator *(Tensor left, float right) => left.mul(right);

        /// <summary>Elementwise product.</summary>
        public static Tensor operator *(Tensor left, double right) => left.mul(right);

        /// <summary>Elementwise product.</summary>
        public static Tensor operator *(int left, Tensor right) => right.mul(left);

        /// <summary>Elementwise product.</summary>
        public static Tensor operator *(long left, Tensor right) => right.mul(left);

        /// <summary>Elementwise product.</summary>
        public static Tensor operator *(float left, Tensor right) => right.mul(left);

        /// <summary>Elementwise product.</summary>
        public static Tensor operator *(double left, Tensor right) => right.mul(left);

        /// <summary>Elementwise difference.</summary>
        public static Tensor operator -(Tensor left, Tensor right) => left.sub(right);

        /// <summary>Elementwise difference.</summary>
        public static Tensor operator -(Tensor left, Scalar right) => left.sub(right);

        /// <summary>Elementwise difference.</summary>
        public static Tensor operator -(Scalar left, Tensor right) => right.negative().add(left);

        /// <summary>Elementwise difference.</summary>
        public static Tensor operator -(Tensor left, int right) => left.sub(right);

        /// <summary>Elementwise difference.</summary>
        public static Tensor operator -(Tensor left, long right) => left.sub(right);

        /// <summary>Elementwise difference.</summary>
        public static Tensor operator -(Tensor left, float right) => left.sub(right);

        /// <summary>Elementwise difference.</summary>
        public static Tensor operator -(Tensor left, double right) => left.sub(right);

        /// <summary>Elementwise difference.</summary>
        public static Tensor operator -(int left, Tensor right) => right.negative().add(left);

        /// <summary>Elementwise difference.</summary>
        public static Tensor operator -(long left, Tensor right) => right.negative().add(left);

        /// <summary>Elementwise difference.</summary>
        public static Tensor operator -(float left, Tensor right) => right.negative().add(left);

        /// <summary>Elementwise difference.</summary>
        public static Tensor operator -(double left, Tensor right) => right.negative().add(left);

        /// <summary>Elementwise quotient.</summary>
        public static Tensor operator /(Tensor left, Tensor right) => left.div(right);

        /// <summary>Elementwise quotient.</summary>
        public static Tensor operator /(Tensor left, Scalar right) => left.div(right);

        /// <summary>Elementwise quotient.</summary>
        public static Tensor operator /(Scalar left, Tensor right) => right.reciprocal().mul(left);

        /// <summary>Elementwise quotient.</summary>
        public static Tensor operator /(Tensor left, int right) => left.div(right);

        /// <summary>Elementwise quotient.</summary>
        public static Tensor operator /(Tensor left, long right) => left.div(right);

        /// <summary>Elementwise quotient.</summary>
        public static Tensor operator /(Tensor left, float right) => left.div(right);

        /// <summary>Elementwise quotient.</summary>
        public static Tensor operator /(Tensor left, double right) => left.div(right);

        /// <summary>Elementwise quotient.</summary>
        public static Tensor operator /(int left, Tensor right) => right.reciprocal().mul(left);

        /// <summary>Elementwise quotient.</summary>
        public static Tensor operator /(long left, Tensor right) => right.reciprocal().mul(left);

        /// <summary>Elementwise quotient.</summary>
        public static Tensor operator /(float left, Tensor right) => right.reciprocal().mul(left);

        /// <summary>Elementwise quotient.</summary>
        public static Tensor operator /(double left, Tensor right) => right.reciprocal().mul(left);

        /// <summary>Elementwise remainder, with the sign of the divisor.</summary>
        public static Tensor operator %(Tensor left, Tensor right) => left.remainder(right);

        /// <summary>Elementwise remainder, with the sign of the divisor.</summary>
        public static Tensor operator %(Tensor left, Scalar right) => left.remainder(right);

        /// <summary>Elementwise remainder, with the sign of the divisor.</summary>
        public static Tensor operator %(Tensor left, int right) => left.remainder(right);

        /// <summary>Elementwise remainder, with the sign of the divisor.</summary>
        public static Tensor operator %(Tensor left, long right) => left.remainder(right);

        /// <summary>Elementwise remainder, with the sign of the divisor.</summary>
        public static Tensor operator %(Tensor left, float right) => left.remainder(right);

        /// <summary>Elementwise remainder, with the sign of the divisor.</summary>
        public static Tensor operator %(Tensor left, double right) => left.remainder(right);

        /// <summary>Elementwise negation.</summary>
        public static Tensor operator -(Tensor tensor) => tensor.neg();

        /// <summary>Elementwise conjunction of bits or Booleans.</summary>
        public static Tensor operator &(Tensor left, Tensor right) => left.bitwise_and(right);

        /// <summary>Elementwise disjunction of bits or Booleans.</summary>
        public static Tensor operator |(Tensor left, Tensor right) => left.bitwise_or(right);

        /// <summary>Elementwise exclusive disjunction of bits or Booleans.</summary>
        public static Tensor operator ^(Tensor left, Tensor right) => left.bitwise_xor(right);

        /// <summary>Elementwise negation of bits or Booleans.</summary>
        public static Tensor operator ~(Tensor left) => left.bitwise_not();

        /// <summary>Elementwise equality.</summary>
        public static Tensor operator ==(Tensor left, Tensor right) => left.eq(right);

        /// <summary>Elementwise equality.</summary>
        public static Tensor operator ==(Tensor left, Scalar right) => left.eq(right);

        /// <summary>Elementwise equality.</summary>
        public static Tensor operator ==(Scalar left, Tensor right) => right.eq(left);

        /// <summary>Elementwise inequality.</summary>
        public static Tensor operator !=(Tensor left, Tensor right) => left.ne(right);

        /// <summary>Elementwise inequality.</summary>
        public static Tensor operator !=(Tensor left, Scalar right) => left.ne(right);

        /// <summary>Elementwise inequality.</summary>
        public static Tensor operator !=(Scalar left, Tensor right) => right.ne(left);

        /// <summary>Elementwise less-than.</summary>
        public static Tensor operator <(Tensor left, Tensor right) => left.lt(right);

        /// <summary>Elementwise less-than.</summary>
        public static Tensor operator <(Tensor left, Scalar right) => left.lt(right);

        /// <summary>Elementwise less-than.</summary>
        public static Tensor operator <(Scalar left, Tensor right) => right.gt(left);

        /// <summary>Elementwise less-or-equal.</summary>
        public static Tensor operator <=(Tensor left, Tensor right) => left.le(right);

        /// <summary>Elementwise less-or-equal.</summary>
        public static Tensor operator <=(Tensor left, Scalar right) => left.le(right);

        /// <summary>Elementwise less-or-equal.</summary>
        public static Tensor operator <=(Scalar left, Tensor right) => right.ge(left);

        /// <summary>Elementwise greater-than.</summary>
        public static Tensor operator >(Tensor left, Tensor right) => left.gt(right);

        /// <summary>Elementwise greater-than.</summary>
        public static Tensor operator >(Tensor left, Scalar right) => left.gt(right);

        /// <summary>Elementwise greater-than.</summary>
        public static Tensor operator >(Scalar left, Tensor right) => right.lt(left);

        /// <summary>Elementwise greater-or-equal.</summary>
        public static Tensor operator >=(Tensor left, Tensor right) => left.ge(right);

        /// <summary>Elementwise greater-or-equal.</summary>
        public static Tensor operator >=(Tensor left, Scalar right) => left.ge(right);

        /// <summary>Elementwise greater-or-equal.</summary>
        public static Tensor operator >=(Scalar left, Tensor right) => right.le(left);
    }
}
