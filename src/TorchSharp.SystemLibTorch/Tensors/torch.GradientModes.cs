using System.Runtime.InteropServices;
using TorchSharp.Interop;

namespace TorchSharp;

public static partial class torch
{
    /// <summary>The version of the libtorch in use.</summary>
    public static string __version__ => Marshal.PtrToStringUTF8(Native.slt_version())!;

    /// <summary>Stops this thread from recording operations until it is disposed.</summary>
    public static IDisposable no_grad() => new GradientMode(false);

    /// <summary>Lets this thread record operations, or not, until it is disposed.</summary>
    public static IDisposable enable_grad(bool enabled = true) => new GradientMode(enabled);

    /// <summary>Lets this thread record operations, or not, until it is disposed.</summary>
    public static IDisposable set_grad_enabled(bool mode = true) => new GradientMode(mode);

    /// <summary>Whether this thread records operations.</summary>
    public static bool is_grad_enabled() => Native.slt_grad_enabled() != 0;

    /// <summary>Stops this thread from recording operations and from tracking versions until it is disposed.</summary>
    public static IDisposable inference_mode(bool mode = true) => new InferenceMode(mode);

    /// <summary>Whether this thread is in inference mode.</summary>
    public static bool is_inference_mode_enabled() => Native.slt_inference_enabled() != 0;

    private sealed class GradientMode : IDisposable
    {
        private readonly bool before = is_grad_enabled();

        public GradientMode(bool enabled) => Native.slt_set_grad_enabled(enabled ? 1 : 0);

        public void Dispose() => Native.slt_set_grad_enabled(before ? 1 : 0);
    }

    private sealed class InferenceMode(bool enabled) : IDisposable
    {
        private nint guard = Native.Check(Native.slt_inference_begin(enabled ? 1 : 0));

        public void Dispose()
        {
            if (guard != 0) Native.slt_inference_end(guard);
            guard = 0;
        }
    }
}
