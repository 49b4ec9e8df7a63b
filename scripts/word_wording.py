"""The sentences of the Word report's template; what stands between braces is filled in."""

SYSTEM = "HTQLCL theo {{ phien_ban }}"
BODIES = "cơ quan, đơn vị hành chính nhà nước"
PLACE = "trên địa bàn {{ dia_ban }}"
DONE = f"đã xây dựng, chuyển đổi áp dụng {SYSTEM}"
LEFT = (
    "{% if x.con_lai %} (còn {% for con in x.con_lai %}{{ con.so }} cơ quan {{ con.tinh_trang }}"
    "{% if not loop.last %}, {% endif %}{% endfor %}){% endif %}"
)

SUBJECT = (
    "Tình hình xây dựng, áp dụng, chuyển đổi hệ thống quản lý chất lượng "
    f"theo {{{{ phien_ban }}}} tại các {BODIES} {PLACE}"
)
OPENING = (
    "Thực hiện chức năng, nhiệm vụ được giao về theo dõi việc xây dựng, áp dụng, duy trì và "
    "chuyển đổi hệ thống quản lý chất lượng (sau đây gọi tắt là HTQLCL) theo tiêu chuẩn quốc gia "
    f"TCVN ISO 9001 tại các {BODIES} {PLACE}, kết quả tính đến {{{{ ngay_so_lieu }}}} như sau:"
)
ALL_TOGETHER = (
    f"Tính đến {{{{ ngay_so_lieu }}}}, {PLACE} "
    "{% if tong.khong_co %}không có cơ quan nào được tính"
    "{% else %}{% if tong.chua_co %}chưa có cơ quan nào trong {{ tong.tong_so }}"
    "{% elif tong.da_xong %}toàn bộ {{ tong.ty_so }}{% else %}đã có {{ tong.ty_so }}{% endif %} "
    f"{BODIES} {DONE}, đạt tỷ lệ {{{{ tong.ty_le }}}}"
    + LEFT.replace("x.", "tong.")
    + "{% endif %}{% if tong.co_mien %}; không tính {{ tong.mien }} cơ quan không thuộc đối tượng "
    "áp dụng{% endif %}. Cụ thể:"
)
ONE_GROUP = (
    "- {% if nhom.khong_co %}{{ nhom.ten }}: không có cơ quan nào được tính vào ngày nêu trên"
    "{% elif nhom.chua_co %}Chưa có cơ quan nào trong {{ nhom.tong_so }} {{ nhom.ten_trong_cau }} "
    f"{DONE}{{% elif nhom.da_xong %}}Toàn bộ {{{{ nhom.ty_so }}}} {{{{ nhom.ten_trong_cau }}}} "
    f"{DONE}{{% else %}}Đã có {{{{ nhom.ty_so }}}} {{{{ nhom.ten_trong_cau }}}} {DONE}{{% endif %}}"
    + LEFT.replace("x.", "nhom.")
    + "{% if nhom.cac_co_quan_mien %}; không tính {{ nhom.mien }} cơ quan không thuộc đối tượng "
    "áp dụng: {{ nhom.cac_co_quan_mien|join(', ') }}{% endif %}."
)
DEFINITIONS = (
    "Ghi chú: “Tổng số” là số cơ quan có mặt vào ngày tính số liệu, không gồm cơ quan không thuộc "
    "đối tượng áp dụng; tỷ lệ tính trên tổng số này. “Đã chuyển đổi”: công bố đang có hiệu lực "
    "theo {{ phien_ban }} hoặc phiên bản mới hơn. “Chưa chuyển đổi”: công bố đang có hiệu lực theo "
    "phiên bản cũ hơn. “Đang xây dựng”: gồm cả cơ quan đã áp dụng nhưng chưa công bố. “Chưa xây "
    "dựng”: chưa bắt đầu. Số cơ quan có công bố đang có hiệu lực, không phân biệt phiên bản: "
    "{{ tong.da_cong_bo }}/{{ tong.tong_so }}."
)
CHANGED = (
    "So với {{ ngay_so_sanh }}, số cơ quan đã chuyển đổi "
    "{% if tong.tang %}tăng {{ tong.tang }} cơ quan{% elif tong.giam %}giảm {{ tong.giam }} cơ quan"
    "{% else %}không tăng, không giảm{% endif %}: {{ tong.truoc.ty_so }} ({{ tong.truoc.ty_le }}) "
    "tại ngày {{ ngay_so_sanh_ngan }}, {{ tong.ty_so }} ({{ tong.ty_le }}) "
    "tại ngày {{ ngay_so_lieu_ngan }}; cụ thể tại Bảng 2."
)
CAUSE = (
    "- {{ loai.ten }}: {{ loai.so }} cơ quan (số đã chuyển đổi {{ loai.da_chuyen_doi }}, "
    "tổng số {{ loai.tong_so }})."
)
PROGRESS_NOTE = (
    "Ghi chú: mọi mốc đều tính theo {{ phien_ban }} và theo dữ liệu ghi nhận đến "
    "{{ ghi_nhan_den }}."
)
WHO_IS_LEFT = (
    "Còn {{ tong.so_con_lai }} cơ quan chưa hoàn thành việc xây dựng, chuyển đổi "
    "áp dụng {{ phien_ban }}, thuộc các cơ quan cấp trên sau đây:"
)
UNDER_A_PARENT = (
    "{% for muc in cap_tren.con_lai %}{{ muc.so }} cơ quan {{ muc.tinh_trang }}: "
    "{{ muc.cac_co_quan|join(', ') }}{% if not loop.last %}; {% endif %}{% endfor %}"
)
PARENT_NOTE = (
    "Ghi chú: “Tiến độ” là số cơ quan đã chuyển đổi trên tổng số cơ quan trực thuộc được tính."
)
REQUEST = (
    "Đề nghị các cơ quan cấp trên nêu tại Bảng 4 chỉ đạo, đôn đốc các cơ quan trực thuộc khẩn "
    "trương hoàn thành việc xây dựng, chuyển đổi, công bố và báo cáo kết quả theo quy định."
)
NOBODY_LEFT = (
    "Không còn cơ quan nào chưa hoàn thành việc xây dựng, chuyển đổi áp dụng {{ phien_ban }}."
)
CLOSING = (
    "Trên đây là báo cáo tình hình xây dựng, áp dụng, chuyển đổi HTQLCL theo "
    f"{{{{ phien_ban }}}} tại các {BODIES} {PLACE}./."
)
GROUP_IN_THE_ANNEX = (
    "{{ nhom.ten }}: {% if nhom.khong_co %}không có cơ quan nào được tính"
    "{% else %}{{ nhom.ty_so }}{% endif %}"
)
