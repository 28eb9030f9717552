using System.Buffers.Binary;
using System.Text;

namespace ApiLb.IntegrationTests.Telemetry;

/// <summary>A message of protocol buffers without its schema (https://protobuf.dev/programming-guides/encoding/): fields by number.</summary>
internal sealed class ProtobufMessage
{
    private readonly List<(int Field, ulong Number, byte[]? Bytes)> _fields = [];

    public ProtobufMessage(byte[] bytes)
    {
        var at = 0;
        while (at < bytes.Length)
        {
            var key = Varint(bytes, ref at);
            _fields.Add((key & 7) switch
            {
                0 => ((int)(key >> 3), Varint(bytes, ref at), null),
                1 => ((int)(key >> 3), BinaryPrimitives.ReadUInt64LittleEndian(bytes.AsSpan((at += 8) - 8)), null),
                2 => ((int)(key >> 3), 0, Take(bytes, (int)Varint(bytes, ref at), ref at)),
                5 => ((int)(key >> 3), BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan((at += 4) - 4)), null),
                var type => throw new InvalidDataException($"wire type {type}"),
            });
        }
    }

    /// <summary>The messages at the end of a path of field numbers.</summary>
    public IEnumerable<ProtobufMessage> At(params int[] path) => path is [var first, .. var rest]
        ? _fields.Where(f => f.Field == first && f.Bytes is not null).SelectMany(f => new ProtobufMessage(f.Bytes!).At(rest))
        : [this];

    public string Text(int field) => Encoding.UTF8.GetString(Bytes(field) ?? []);

    public byte[]? Bytes(int field) => _fields.FirstOrDefault(f => f.Field == field).Bytes;

    public ulong Number(int field) => _fields.FirstOrDefault(f => f.Field == field).Number;

    public double Double(int field) => BitConverter.UInt64BitsToDouble(Number(field));

    /// <summary>A list of OTLP's KeyValue in this field.</summary>
    public Dictionary<string, string> Attributes(int field) => At(field).ToDictionary(a => a.Text(1), a => a.At(2).Single().AnyValue());

    /// <summary>This, as OTLP's AnyValue.</summary>
    private string AnyValue() => Bytes(1) is not null ? Text(1) : Number(3).ToString(System.Globalization.CultureInfo.InvariantCulture);

    private static byte[] Take(byte[] bytes, int length, ref int at) => bytes[at..(at += length)];

    private static ulong Varint(byte[] bytes, ref int at)
    {
        var value = 0UL;
        for (var shift = 0; ; shift += 7)
        {
            var b = bytes[at++];
            value |= (ulong)(b & 0x7f) << shift;
            if (b < 0x80)
            {
                return value;
            }
        }
    }
}
