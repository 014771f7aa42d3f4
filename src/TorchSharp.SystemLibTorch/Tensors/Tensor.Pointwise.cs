using TorchSharp.Interop;

namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        /// <summary>The absolute value.</summary>
        public Tensor abs() => Ops.Abs.Call(this);

        /// <summary>The absolute value, in place.</summary>
        public Tensor abs_() => Do(Ops.AbsInPlace, this);

        /// <summary>The negative.</summary>
        public Tensor neg() => Ops.Neg.Call(this);

        /// <summary>The negative, in place.</summary>
        public Tensor neg_() => Do(Ops.NegInPlace, this);

        /// <summary>The exponential function.</summary>
        public Tensor exp() => Ops.Exp.Call(this);

        /// <summary>The exponential function, in place.</summary>
        public Tensor exp_() => Do(Ops.ExpInPlace, this);

        /// <summary>The power of two.</summary>
        public Tensor exp2() => Ops.Exp2.Call(this);

        /// <summary>The power of two, in place.</summary>
        public Tensor exp2_() => Do(Ops.Exp2InPlace, this);

        /// <summary>The exponential function minus one, exact near zero.</summary>
        public Tensor expm1() => Ops.Expm1.Call(this);

        /// <summary>The exponential function minus one, exact near zero, in place.</summary>
        public Tensor expm1_() => Do(Ops.Expm1InPlace, this);

        /// <summary>The natural logarithm.</summary>
        public Tensor log() => Ops.Log.Call(this);

        /// <summary>The natural logarithm, in place.</summary>
        public Tensor log_() => Do(Ops.LogInPlace, this);

        /// <summary>The natural logarithm of one plus the element, exact near zero.</summary>
        public Tensor log1p() => Ops.Log1p.Call(this);

        /// <summary>The natural logarithm of one plus the element, exact near zero, in place.</summary>
        public Tensor log1p_() => Do(Ops.Log1pInPlace, this);

        /// <summary>The logarithm to base two.</summary>
        public Tensor log2() => Ops.Log2.Call(this);

        /// <summary>The logarithm to base two, in place.</summary>
        public Tensor log2_() => Do(Ops.Log2InPlace, this);

        /// <summary>The logarithm to base ten.</summary>
        public Tensor log10() => Ops.Log10.Call(this);

        /// <summary>The logarithm to base ten, in place.</summary>
        public Tensor log10_() => Do(Ops.Log10InPlace, this);

        /// <summary>The square root.</summary>
        public Tensor sqrt() => Ops.Sqrt.Call(this);

        /// <summary>The square root, in place.</summary>
        public Tensor sqrt_() => Do(Ops.SqrtInPlace, this);

        /// <summary>The reciprocal of the square root.</summary>
        public Tensor rsqrt() => Ops.Rsqrt.Call(this);

        /// <summary>The reciprocal of the square root, in place.</summary>
        public Tensor rsqrt_() => Do(Ops.RsqrtInPlace, this);

        /// <summary>The reciprocal.</summary>
        public Tensor reciprocal() => Ops.Reciprocal.Call(this);

        /// <summary>The reciprocal, in place.</summary>
        public Tensor reciprocal_() => Do(Ops.ReciprocalInPlace, this);

        /// <summary>The logistic function.</summary>
        public Tensor sigmoid() => Ops.Sigmoid.Call(this);

        /// <summary>The logistic function, in place.</summary>
        public Tensor sigmoid_() => Do(Ops.SigmoidInPlace, this);

        /// <summary>The hyperbolic tangent.</summary>
        public Tensor tanh() => Ops.Tanh.Call(this);

        /// <summary>The hyperbolic tangent, in place.</summary>
        public Tensor tanh_() => Do(Ops.TanhInPlace, this);

        /// <summary>The sine.</summary>
        public Tensor sin() => Ops.Sin.Call(this);

        /// <summary>The sine, in place.</summary>
        public Tensor sin_() => Do(Ops.SinInPlace, this);

        /// <summary>The cosine.</summary>
        public Tensor cos() => Ops.Cos.Call(this);

        /// <summary>The cosine, in place.</summary>
        public Tensor cos_() => Do(Ops.CosInPlace, this);

        /// <summary>The tangent.</summary>
        public Tensor tan() => Ops.Tan.Call(this);

        /// <summary>The tangent, in place.</summary>
        public Tensor tan_() => Do(Ops.TanInPlace, this);

        /// <summary>The hyperbolic sine.</summary>
        public Tensor sinh() => Ops.Sinh.Call(this);

        /// <summary>The hyperbolic sine, in place.</summary>
        public Tensor sinh_() => Do(Ops.SinhInPlace, this);

        /// <summary>The hyperbolic cosine.</summary>
        public Tensor cosh() => Ops.Cosh.Call(this);

        /// <summary>The hyperbolic cosine, in place.</summary>
        public Tensor cosh_() => Do(Ops.CoshInPlace, this);

        /// <summary>The arc tangent.</summary>
        public Tensor atan() => Ops.Atan.Call(this);

        /// <summary>The arc tangent, in place.</summary>
        public Tensor atan_() => Do(Ops.AtanInPlace, this);

        /// <summary>The positive part.</summary>
        public Tensor relu() => Ops.Relu.Call(this);

        /// <summary>The positive part, in place.</summary>
        public Tensor relu_() => Do(Ops.ReluInPlace, this);

        /// <summary>The error function.</summary>
        public Tensor erf() => Ops.Erf.Call(this);

        /// <summary>The error function, in place.</summary>
        public Tensor erf_() => Do(Ops.ErfInPlace, this);

        /// <summary>The complementary error function.</summary>
        public Tensor erfc() => Ops.Erfc.Call(this);

        /// <summary>The complementary error function, in place.</summary>
        public Tensor erfc_() => Do(Ops.ErfcInPlace, this);

        /// <summary>The inverse of the error function.</summary>
        public Tensor erfinv() => Ops.Erfinv.Call(this);

        /// <summary>The inverse of the error function, in place.</summary>
        public Tensor erfinv_() => Do(Ops.ErfinvInPlace, this);

        /// <summary>Rounds down.</summary>
        public Tensor floor() => Ops.Floor.Call(this);

        /// <summary>Rounds down, in place.</summary>
        public Tensor floor_() => Do(Ops.FloorInPlace, this);

        /// <summary>Rounds up.</summary>
        public Tensor ceil() => Ops.Ceil.Call(this);

        /// <summary>Rounds up, in place.</summary>
        public Tensor ceil_() => Do(Ops.CeilInPlace, this);

        /// <summary>Rounds towards zero.</summary>
        public Tensor trunc() => Ops.Trunc.Call(this);

        /// <summary>Rounds towards zero, in place.</summary>
        public Tensor trunc_() => Do(Ops.TruncInPlace, this);

        /// <summary>The part after the decimal point.</summary>
        public Tensor frac() => Ops.Frac.Call(this);

        /// <summary>The part after the decimal point, in place.</summary>
        public Tensor frac_() => Do(Ops.FracInPlace, this);

        /// <summary>The sign: -1, 0 or 1.</summary>
        public Tensor sign() => Ops.Sign.Call(this);

        /// <summary>The sign: -1, 0 or 1, in place.</summary>
        public Tensor sign_() => Do(Ops.SignInPlace, this);

        /// <summary>The logarithm of the absolute value of the gamma function.</summary>
        public Tensor lgamma() => Ops.Lgamma.Call(this);

        /// <summary>The logarithm of the absolute value of the gamma function, in place.</summary>
        public Tensor lgamma_() => Do(Ops.LgammaInPlace, this);

        /// <summary>The derivative of the logarithm of the gamma function.</summary>
        public Tensor digamma() => Ops.Digamma.Call(this);

        /// <summary>The derivative of the logarithm of the gamma function, in place.</summary>
        public Tensor digamma_() => Do(Ops.DigammaInPlace, this);

        /// <summary>The absolute value.</summary>
        public Tensor absolute() => abs();

        /// <summary>The absolute value, in place.</summary>
        public Tensor absolute_() => abs_();

        /// <summary>The negative.</summary>
        public Tensor negative() => neg();

        /// <summary>Rounds to a number of decimals, halves to even.</summary>
        public Tensor round(long decimals = 0L) => Ops.RoundDecimals.Call(this, decimals);

        /// <summary>Rounds to a number of decimals, halves to even, in place.</summary>
        public Tensor round_(long decimals = 0L) => Do(Ops.RoundInPlaceDecimals, this, decimals);

        /// <summary>The logarithm of the logistic function.</summary>
        public Tensor log_sigmoid() => Ops.LogSigmoid.Call(this);

        /// <summary>The smooth approximation of the positive part, log(1 + exp(beta x)) / beta; linear where beta x exceeds the threshold.</summary>
        public Tensor softplus(double beta = 1, double threshold = 20) => Ops.Softplus.Call(this, beta, threshold);

        /// <summary>The normalised exponentials along a dimension.</summary>
        public Tensor softmax(long dim, ScalarType? dtype = null) => special.softmax(this, dim, dtype);

        /// <summary>The logarithms of the normalised exponentials along a dimension.</summary>
        public Tensor log_softmax(long dim, ScalarType? dtype = null) => special.log_softmax(this, dim, dtype);

        /// <summary>The inverse of the logistic function, of elements clamped to [eps, 1 - eps] where eps is given.</summary>
        public Tensor logit(double? eps = null) => Ops.Logit.Call(this, eps);

        /// <summary>The inverse of the logistic function, of elements clamped to [eps, 1 - eps] where eps is given, in place.</summary>
        public Tensor logit_(double? eps = null) => Do(Ops.LogitInPlace, this, eps);

        /// <summary>This times the logarithm of the other; zero where this is zero.</summary>
        public Tensor xlogy(Tensor y) => Ops.XlogyTensor.Call(this, y);

        /// <summary>This times the logarithm of the other; zero where this is zero, in place.</summary>
        public Tensor xlogy_(Tensor y) => Do(Ops.XlogyInPlaceTensor, this, y);

        /// <summary>This times the logarithm of the other; zero where this is zero.</summary>
        public Tensor xlogy(Scalar y) => Ops.XlogyScalarOther.Call(this, y);

        /// <summary>This times the logarithm of the other; zero where this is zero, in place.</summary>
        public Tensor xlogy_(Scalar y) => Do(Ops.XlogyInPlaceScalarOther, this, y);

        /// <summary>The logarithm of the sum of the exponentials, elementwise.</summary>
        public Tensor logaddexp(Tensor other) => Ops.Logaddexp.Call(this, other);

        /// <summary>Limits the elements to a range.</summary>
        public Tensor clamp(Scalar? min = null, Scalar? max = null) => Ops.Clamp.Call(this, min, max);

        /// <summary>Limits the elements to a range, in place.</summary>
        public Tensor clamp_(Scalar? min = null, Scalar? max = null) => Do(Ops.ClampInPlace, this, min, max);

        /// <summary>Limits the elements to a range.</summary>
        public Tensor clamp(Tensor? min = null, Tensor? max = null) => Ops.ClampTensor.Call(this, min, max);

        /// <summary>Limits the elements to a range, in place.</summary>
        public Tensor clamp_(Tensor? min = null, Tensor? max = null) => Do(Ops.ClampInPlaceTensor, this, min, max);

        /// <summary>Limits the elements to a range.</summary>
        public Tensor clip(Scalar? min = null, Scalar? max = null) => clamp(min, max);

        /// <summary>Limits the elements from below.</summary>
        public Tensor clamp_min(Scalar min) => Ops.ClampMin.Call(this, min);

        /// <summary>Limits the elements from below, in place.</summary>
        public Tensor clamp_min_(Scalar min) => Do(Ops.ClampMinInPlace, this, min);

        /// <summary>Limits the elements from above.</summary>
        public Tensor clamp_max(Scalar max) => Ops.ClampMax.Call(this, max);

        /// <summary>Limits the elements from above, in place.</summary>
        public Tensor clamp_max_(Scalar max) => Do(Ops.ClampMaxInPlace, this, max);

        /// <summary>Replaces NaN and the infinities.</summary>
        public Tensor nan_to_num(double nan = 0d, double? posinf = null, double? neginf = null) =>
            Ops.NanToNum.Call(this, nan, posinf, neginf);

        /// <summary>Replaces NaN and the infinities, in place.</summary>
        public Tensor nan_to_num_(double nan = 0d, double? posinf = null, double? neginf = null) =>
            Do(Ops.NanToNumInPlace, this, nan, posinf, neginf);
    }
}
