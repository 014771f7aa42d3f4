using System.Reflection;
using TorchSharp.Modules;

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        public partial class Module
        {
            /// <summary>Moves and converts the parameters and buffers.</summary>
            protected internal virtual Module _to(Device device, ScalarType dtype, bool non_blocking)
            {
                CheckType(dtype);
                if (device.type != DeviceType.CUDA) device = new Device(device.type);
                CheckDevice(device.type);
                _toEpilog(device, dtype, non_blocking);
                return this;
            }

            /// <summary>Moves the parameters and buffers.</summary>
            protected internal virtual Module _to(DeviceType deviceType, int deviceIndex, bool non_blocking)
            {
                if (deviceType != DeviceType.CUDA) deviceIndex = -1;
                CheckDevice(deviceType);
                if (deviceType != _deviceType || deviceIndex != _deviceIndex) _toEpilog(deviceType, deviceIndex, non_blocking);
                return this;
            }

            /// <summary>Converts the parameters and buffers.</summary>
            protected internal virtual Module _to(ScalarType dtype, bool non_blocking)
            {
                CheckType(dtype);
                _toEpilog(dtype, non_blocking);
                return this;
            }

            /// <summary>Moves and converts the parameters and buffers to the type and device of a tensor.</summary>
            public Module _to(Tensor other, bool non_blocking)
            {
                _to(other.dtype, non_blocking);
                return _to(other.device_type, other.device_index, non_blocking);
            }

            /// <summary>Converts the parameters and buffers of this module and those in it.</summary>
            protected void _toEpilog(ScalarType dtype, bool non_blocking) => _toEpilog(dtype, null, non_blocking);

            /// <summary>Moves and converts the parameters and buffers of this module and those in it.</summary>
            protected void _toEpilog(Device device, ScalarType dtype, bool non_blocking) => _toEpilog(dtype, device, non_blocking);

            /// <summary>Moves the parameters and buffers of this module and those in it.</summary>
            protected void _toEpilog(DeviceType deviceType, int deviceIndex, bool non_blocking) =>
                _toEpilog(null, new Device(deviceType, deviceIndex), non_blocking);

            /// <summary>Moves and converts: replaces every parameter and buffer that changes, in the registry and in the field or property that holds it.</summary>
            protected virtual void _toEpilog(ScalarType? dtype, Device? device, bool non_blocking)
            {
                if (dtype is null && device is null) throw new ArgumentNullException(nameof(dtype), "Neither a type nor a device is given.");
                foreach (var (_, module) in named_children())
                {
                    if (device is null) module._to(dtype!.Value, non_blocking);
                    else if (dtype is null) module._to(device.type, device.index, non_blocking);
                    else module._to(device, dtype.Value, non_blocking);
                }

                var fields = new Dictionary<string, FieldInfo>();
                foreach (var field in Fields())
                    fields.TryAdd(field.ComponentName(), field);

                foreach (var (key, old) in named_parameters(false).ToList())
                {
                    if (!ReplaceParameter(dtype, device, old, out var changed)) continue;
                    if (Property(key) is { } property)
                    {
                        property.SetValue(this, changed);
                        continue;
                    }

                    old.Dispose();
                    ConditionallyRegisterParameter(key, changed);
                    if (fields.TryGetValue(key, out var field)) field.SetValue(this, changed);
                }

                foreach (var (key, old) in named_buffers(false).ToList())
                {
                    if (!ReplaceBuffer(dtype, device, old, out var changed)) continue;
                    if (Property(key) is { } property)
                    {
                        property.SetValue(this, changed);
                        continue;
                    }

                    ConditionallyRegisterBuffer(key, changed);
                    if (fields.TryGetValue(key, out var field)) field.SetValue(this, changed);
                }

                if (device is null) return;
                _deviceType = device.type;
                _deviceIndex = device.index;
            }

            /// <summary>The buffer on the device and, if it isn't of integers, with the type given; false where it is so already.</summary>
            protected static bool ReplaceBuffer(ScalarType? dtype, Device? device, Tensor buffer, out Tensor? result)
            {
                result = null;
                var type = Target(dtype, buffer);
                if (!buffer.WillCopy(type, device ?? buffer.device)) return false;
                result = buffer.to(type, device ?? buffer.device, disposeAfter: true).DetachFromDisposeScope();
                return true;
            }

            /// <summary>A parameter on the device and with the type given, its gradient as well; false where they are so already.</summary>
            protected static bool ReplaceParameter(ScalarType? dtype, Device? device, Parameter param, out Parameter? p)
            {
                p = null;
                using var grad = param.grad;
                var type = Target(dtype, param);
                var target = device ?? param.device;
                if (!param.WillCopy(type, target) && grad?.WillCopy(type, target) != true) return false;
                using (no_grad())
                {
                    p = new Parameter(param.to(type, target), param.requires_grad);
                    p.DetachFromDisposeScope();
                    if (grad is null) return true;
                    using var changed = grad.to(type, target).with_requires_grad(grad.requires_grad);
                    p.grad = changed;
                }

                return true;
            }

            /// <summary>The device and type given, or the defaults.</summary>
            protected static (Device device, ScalarType dtype) GetDefaultDeviceAndType(Device? device = null, ScalarType? dtype = null) =>
                (device ?? get_default_device(), dtype ?? get_default_dtype());

            private static ScalarType Target(ScalarType? dtype, Tensor tensor) =>
                dtype is { } type && (tensor.is_floating_point() || tensor.is_complex()) ? type : tensor.dtype;

            private static void CheckType(ScalarType dtype)
            {
                if (!is_floating_point(dtype) && !is_complex(dtype))
                    throw new ArgumentException($"nn.Module.to only accepts floating point or complex types, but got desired dtype={dtype}", nameof(dtype));
            }

            private static void CheckDevice(DeviceType type)
            {
                if (type == DeviceType.CUDA && !cuda.is_available()) throw new InvalidOperationException("CUDA is not available.");
            }

            private PropertyInfo? Property(string key) => GetType().GetProperty(key, BindingFlags.Public | BindingFlags.Instance);
        }
    }
}
