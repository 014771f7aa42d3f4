using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace TorchSharp.Interop;

/// <summary>The functions of the native part. See its source for what each does.</summary>
internal static unsafe partial class Native
{
    private const string Library = "SystemLibTorch";

    // libgomp, which libtorch is built with, reads this when it is loaded: by default its idle threads spin, against
    // those of OpenBLAS, and two threads are then slower than one. A setting of the user's own stays.
    // Environment.SetEnvironmentVariable doesn't reach C's environment.
#pragma warning disable CA2255 // Nothing but a module initializer is sure to run before the library is loaded.
    [ModuleInitializer]
    internal static void LetIdleThreadsSleep()
    {
        if (!OperatingSystem.IsWindows())
            _ = setenv("OMP_WAIT_POLICY", "PASSIVE", 0);
    }
#pragma warning restore CA2255

    /// <summary>Returns a handle, or throws the native message where there is none.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static nint Check(nint handle) => handle != 0 ? handle : throw Failure();

    /// <summary>Returns a result, or throws the native message where it is negative.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Check(int result) => result >= 0 ? result : throw Failure();

    /// <summary>Returns a result, or throws the native message where it is negative.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static long Check(long result) => result >= 0 ? result : throw Failure();

    private static ExternalException Failure() => new(Marshal.PtrToStringUTF8(slt_error()));

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int setenv(string name, string value, int overwrite);

    [LibraryImport(Library)]
    private static partial nint slt_error();

    [LibraryImport(Library)]
    public static partial nint slt_version();

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    public static partial nint slt_find_operator(string name, string overload);

    [LibraryImport(Library)]
    public static partial nint slt_call(nint op, byte* args, int count, long* lists);

    [LibraryImport(Library)]
    public static partial int slt_run(nint op, byte* args, int count, long* lists);

    [LibraryImport(Library)]
    public static partial int slt_call_bool(nint op, byte* args, int count, long* lists);

    [LibraryImport(Library)]
    public static partial int slt_call_many(nint op, byte* args, int count, long* lists, nint* results, int capacity);

    [LibraryImport(Library)]
    public static partial void slt_free(nint tensor);

    [LibraryImport(Library)]
    public static partial nint slt_alias(nint tensor);

    // These only read a field, so they do without the switch to native mode, which costs more than they do.

    [LibraryImport(Library), SuppressGCTransition]
    public static partial long slt_ndim(nint tensor);

    [LibraryImport(Library), SuppressGCTransition]
    public static partial long slt_numel(nint tensor);

    [LibraryImport(Library), SuppressGCTransition]
    public static partial long slt_element_size(nint tensor);

    [LibraryImport(Library), SuppressGCTransition]
    public static partial int slt_dtype(nint tensor);

    [LibraryImport(Library), SuppressGCTransition]
    public static partial int slt_device_type(nint tensor);

    [LibraryImport(Library), SuppressGCTransition]
    public static partial int slt_device_index(nint tensor);

    [LibraryImport(Library), SuppressGCTransition]
    public static partial int slt_is_sparse(nint tensor);

    [LibraryImport(Library), SuppressGCTransition]
    public static partial int slt_sizes(nint tensor, long* sizes);

    [LibraryImport(Library), SuppressGCTransition]
    public static partial int slt_strides(nint tensor, long* strides);

    [LibraryImport(Library), SuppressGCTransition]
    public static partial int slt_is_contiguous(nint tensor);

    [LibraryImport(Library), SuppressGCTransition]
    public static partial long slt_storage_offset(nint tensor);

    [LibraryImport(Library)]
    public static partial int slt_data(nint tensor, void** data);

    [LibraryImport(Library)]
    public static partial int slt_item(nint tensor, long* integer, double* number);

    [LibraryImport(Library)]
    public static partial nint slt_index(nint tensor, IndexArg* indices, int count);

    [LibraryImport(Library)]
    public static partial int slt_index_put(nint tensor, IndexArg* indices, int count, nint value, int accumulate);

    [LibraryImport(Library)]
    public static partial nint slt_from_memory(
        void* data, long* sizes, int ndim, int dtype, delegate* unmanaged<nint, void> release, nint context);

    [LibraryImport(Library), SuppressGCTransition]
    public static partial int slt_requires_grad(nint tensor);

    [LibraryImport(Library)]
    public static partial int slt_set_requires_grad(nint tensor, int on);

    [LibraryImport(Library), SuppressGCTransition]
    public static partial int slt_is_leaf(nint tensor);

    [LibraryImport(Library)]
    public static partial int slt_retain_grad(nint tensor);

    [LibraryImport(Library)]
    public static partial int slt_grad(nint tensor, nint* grad);

    [LibraryImport(Library)]
    public static partial int slt_set_grad(nint tensor, nint grad);

    [LibraryImport(Library), SuppressGCTransition]
    public static partial int slt_grad_enabled();

    [LibraryImport(Library), SuppressGCTransition]
    public static partial void slt_set_grad_enabled(int on);

    [LibraryImport(Library)]
    public static partial int slt_inference_enabled();

    [LibraryImport(Library)]
    public static partial nint slt_inference_begin(int on);

    [LibraryImport(Library)]
    public static partial void slt_inference_end(nint guard);

    [LibraryImport(Library)]
    public static partial int slt_backward(
        nint* tensors, int count, nint* grads, int gradCount, int retainGraph, int createGraph, nint* inputs, int inputCount);

    [LibraryImport(Library)]
    public static partial int slt_gradients(
        nint* outputs, int outputCount, nint* inputs, int inputCount, nint* grads, int gradCount,
        int retainGraph, int createGraph, int allowUnused, nint* results);

    [LibraryImport(Library)]
    public static partial nint slt_generator_new(ulong seed);

    [LibraryImport(Library)]
    public static partial nint slt_generator_default();

    [LibraryImport(Library)]
    public static partial void slt_generator_free(nint generator);

    [LibraryImport(Library)]
    public static partial int slt_generator_seed(nint generator, ulong seed);

    [LibraryImport(Library)]
    public static partial int slt_generator_current_seed(nint generator, ulong* seed);

    [LibraryImport(Library)]
    public static partial nint slt_generator_state(nint generator);

    [LibraryImport(Library)]
    public static partial int slt_generator_set_state(nint generator, nint state);

    [LibraryImport(Library)]
    public static partial int slt_manual_seed(ulong seed);

    [LibraryImport(Library)]
    public static partial int slt_cuda_available();

    [LibraryImport(Library)]
    public static partial int slt_cuda_device_count();

    [LibraryImport(Library)]
    public static partial int slt_cuda_synchronize(int deviceIndex);

    [LibraryImport(Library)]
    public static partial int slt_cuda_manual_seed(ulong seed, int all);

    [LibraryImport(Library)]
    public static partial int slt_cudnn_available();

    [LibraryImport(Library)]
    public static partial int slt_get_num_threads();

    [LibraryImport(Library)]
    public static partial int slt_set_num_threads(int count);

    [LibraryImport(Library)]
    public static partial int slt_get_num_interop_threads();

    [LibraryImport(Library)]
    public static partial int slt_set_num_interop_threads(int count);
}
