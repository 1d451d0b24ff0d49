/// `letta_file_folder_ops`.
enum FileHub {
    static let tool = Hub(
        name: "letta_file_folder_ops", title: "Files and folders", description: "Files and folders.", parameters: [],
        operations: []
    ).tool
}
