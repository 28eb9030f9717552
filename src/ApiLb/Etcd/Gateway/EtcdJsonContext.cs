using System.Text.Json.Serialization;

namespace ApiLb.Etcd.Gateway;

/// <summary>Reads the gateway's JSON without reflection. 64-bit numbers come as strings, as protobuf's JSON mapping says.</summary>
[JsonSourceGenerationOptions(NumberHandling = JsonNumberHandling.AllowReadingFromString)]
[JsonSerializable(typeof(EtcdStatusJson))]
[JsonSerializable(typeof(EtcdMemberListJson))]
[JsonSerializable(typeof(EtcdAlarmListJson))]
internal sealed partial class EtcdJsonContext : JsonSerializerContext;
